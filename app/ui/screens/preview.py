"""Every record of a preview: its verdict and values in a grid, and below it what would be stored beside what came.

Rows are made for the lines on screen and for no others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from app.commands.keeping import as_json
from app.domain.text import visible, visible_lines
from app.domain.values import plain_value
from app.engine.preview import Preview, PreviewRow, Verdict
from app.ui.screens.styled_once import StyledOnce
from app.ui.widgets.grid import Column, Grid
from app.ui.widgets.line_view import Span
from app.ui.widgets.lines import Line, Lines

_STYLES = {Verdict.NEW: "good", Verdict.CHANGED: "accent", Verdict.SAME: "muted", Verdict.REJECTED: "bad"}
_KEYS = {"a": None, "n": Verdict.NEW, "c": Verdict.CHANGED, "s": Verdict.SAME, "r": Verdict.REJECTED}


class PreviewScreen(StyledOnce, ModalScreen[None]):
    """Shows a preview until it is left; a letter shows the records of one verdict."""

    CSS_PATH: ClassVar = ["form.tcss", "preview.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,p", "dismiss(None)", "Close"),
        *(Binding(key, f"filter('{key}')", str(verdict or "all")) for key, verdict in _KEYS.items()),
    ]

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self._preview = preview
        self._places: Sequence[int] = range(len(preview.rows))
        self._names = tuple(field.attribute for field in preview.fields if field.attribute)

    def compose(self) -> ComposeResult:
        """Counts, the grid, the record under the cursor twice."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(visible(f"Preview → {self._preview.target}"))
            dialog.border_subtitle = Content("a all  n new  c changed  s same  r rejected  esc close")
            yield Static(id="counts")
            yield Grid(id="records")
            with Horizontal(id="beside"):
                yield Lines(id="stored")
                yield Lines(id="raw")

    def on_mount(self) -> None:
        """All records first."""
        lines = [self._preview.sentence, *self._preview.drift, *self._preview.notes]
        self.query_one("#counts", Static).update(Content(visible_lines("\n".join(lines))))
        self.action_filter("a")
        self.query_one("#records").focus()

    def action_filter(self, key: str) -> None:
        """Only the records of one verdict, or all of them."""
        wanted = _KEYS[key]
        verdicts = self._preview.verdicts
        self._places = [at for at, verdict in enumerate(verdicts) if wanted is None or verdict is wanted]
        columns = [Column("record", True), Column("verdict"), Column("why"), *(Column(name) for name in self._names)]
        if wanted is not Verdict.REJECTED and wanted is not None:
            columns.pop(2)
        has_why = any(column.title == "why" for column in columns)

        def fetch(start: int, size: int) -> Sequence[Sequence[Span]]:
            return [self._cells(self._preview.rows[at], has_why) for at in self._places[start : start + size]]

        grid = self.query_one("#records", Grid)
        grid.show(columns, len(self._places), fetch, empty=f"No record is {wanted or 'there'}.")
        grid.move_to(0)
        self._draw_record()

    def _cells(self, row: PreviewRow, has_why: bool) -> Sequence[Span]:
        head: list[Span] = [(str(row.index), "muted"), (row.verdict, _STYLES[row.verdict])]
        why: list[Span] = [("; ".join(row.reasons), "bad")] if has_why else []
        values: list[Span] = [
            (plain_value(row.values[name]), "") if row.values.get(name) is not None else _nothing(row, name)
            for name in self._names
        ]
        return [*head, *why, *values]

    @on(Grid.Highlighted)
    def _moved(self) -> None:
        self._draw_record()

    def _draw_record(self) -> None:
        """The record under the cursor: left as it would be stored, right as it came."""
        at = self.query_one("#records", Grid).cursor
        stored, raw = self.query_one("#stored", Lines), self.query_one("#raw", Lines)
        if not 0 <= at < len(self._places):
            stored.show([])
            raw.show([])
            return
        row = self._preview.rows[self._places[at]]
        stored.show(_stored_lines(row))
        spelled = json.dumps(json.loads(as_json(self._preview.records[row.index])), indent=2, ensure_ascii=False)
        raw.show([Line("as it came", style="heading"), *(Line(visible(text)) for text in spelled.split("\n"))])


def _nothing(row: PreviewRow, name: str) -> Span:
    return ("null", "literal") if name in row.values else ("·", "muted")


def _stored_lines(row: PreviewRow) -> list[Line]:
    """What would be in the vault afterwards; a changed value beside the one before."""
    if row.after is None:
        return [Line("not stored", style="bad"), *(Line(visible(reason)) for reason in row.reasons)]
    lines = [Line(f"as it would be stored ({row.verdict})", style="heading")]
    before = row.before.values if row.before else {}
    for name, value in row.after.values.items():
        text = f"{name}: {plain_value(value) if value is not None else 'null'}"
        if row.before and before.get(name) != value:
            was = plain_value(before[name]) if before.get(name) is not None else "nothing"
            lines.append(Line(visible(f"{text}  (was {was})"), style="accent"))
        else:
            lines.append(Line(visible(text)))
    return lines
