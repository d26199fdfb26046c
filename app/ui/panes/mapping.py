"""The mapping pane: source and target, one line a row, the row under the cursor in full, and what applying would do."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from app.commands.keeping import CHANGED_MARK, is_changed
from app.domain.mapping import Mapping
from app.domain.text import clip, visible, visible_lines
from app.domain.values import shown
from app.domain.workspace import Workspace
from app.engine.preview import FieldOutcome, Level, Preview
from app.engine.proposing import is_status_like
from app.ui.selection import Selection
from app.ui.widgets.line_view import Span
from app.ui.widgets.lines import Line, Lines

_STYLES = {Level.OK: "good", Level.NOTE: "accent", Level.PROBLEM: "bad"}
_ROOM_FOR_FORMAT, _ROOM_FOR_VALUE = 64, 96
_NOTHING_YET = (
    Line("No field is mapped yet.", style="heading"),
    Line(""),
    Line("In the response, press space on a field to pick it,"),
    Line("or on an array to take its elements as records."),
    Line("m takes a suggested mapping whole."),
)


class MappingPane(Vertical):
    """Shows the selected action's mapping and its preview over the response on screen."""

    DEFAULT_CLASSES = "pane"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    preview: reactive[Preview | None] = reactive[Preview | None](None)

    @dataclass
    class EntryChosen(Message):
        """A row was chosen; it names the command to run on it."""

        entry_id: str

    def __init__(self) -> None:
        super().__init__(id="mapping")

    def compose(self) -> ComposeResult:
        """Head, rows, detail of one row, verdict."""
        yield Static(id="mapping-head")
        yield Lines(id="mapping-rows", classes="body")
        yield Static(id="mapping-detail")
        yield Static(id="mapping-verdict")

    def watch_workspace(self) -> None:
        """The mapping may have changed."""
        self._draw()

    def watch_selection(self) -> None:
        """Another action."""
        self._draw()

    def watch_preview(self) -> None:
        """The preview was worked out."""
        self._draw()

    def on_mount(self) -> None:
        """The first drawing."""
        self._draw()

    def on_resize(self) -> None:
        """The width decides what a row shows."""
        self.call_after_refresh(self._draw)

    @property
    def mapping(self) -> Mapping | None:
        """The selected action's mapping."""
        action = self.workspace.action_named(self.selection.action)
        return self.workspace.mapping_of(action) if action else None

    @property
    def selected(self) -> str:
        """Path of the row under the cursor, or ""."""
        mapping, row = self.mapping, self.query_one(Lines).cursor
        return mapping.rows[row].path if mapping and 0 <= row < len(mapping.rows) else ""

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        mapping = self.mapping
        rows = self.query_one(Lines)
        self.border_title = Content(visible(f"Mapping → {mapping.target}" if mapping and mapping.target else "Mapping"))
        if mapping is None:
            rows.show(_NOTHING_YET, selectable=[False] * len(_NOTHING_YET))
            self._write("head", "")
            self._write("verdict", "")
        else:
            rows.show([self._line(mapping, at) for at in range(len(mapping.rows))])
            count = f"  {self.preview.total:,} records" if self.preview else ""
            mark = f"  {CHANGED_MARK}" if is_changed(self.workspace, mapping) else ""
            self._write("head", f"source  {mapping.source}{count}{mark}")
            self._write("verdict", self._verdict(), "bad" if self.preview and self.preview.problems else "")
        self._draw_detail()

    def _outcome(self, at: int) -> FieldOutcome | None:
        fields = self.preview.fields if self.preview else ()
        mapping = self.mapping
        if mapping is None or at >= len(fields) or fields[at].path != mapping.rows[at].path:
            return None
        return fields[at]

    def _line(self, mapping: Mapping, at: int) -> Line:
        """Path, attribute, verdict; the format and the first value where there is room for them."""
        row, found, room = mapping.rows[at], self._outcome(at), self.query_one(Lines).size.width
        paths = min(max(len(r.path) for r in mapping.rows), max(14, room // 3))
        names = min(max(6, *(len(r.attribute) for r in mapping.rows)), max(12, room // 3))
        target = (f"{clip(row.attribute, names):<{names}}", "") if row.attribute else (f"{'choose':<{names}}", "bad")
        spans: list[str | Span] = [f"{clip(row.path, paths):<{paths}} → ", target]
        if found and room > _ROOM_FOR_FORMAT:
            spans.append((f" {clip(found.format, 10):<10}", "muted"))
        if found and room > _ROOM_FOR_VALUE:
            spans.append((f" {clip(found.example, 20):<20}", "muted"))
        if found:
            spans.append((f" {found.words}", _STYLES[found.level]))
        return Line(*spans)

    def _draw_detail(self) -> None:
        row = self.query_one(Lines).cursor
        mapping = self.mapping
        found = self._outcome(row) if mapping and 0 <= row < len(mapping.rows) else None
        if found is None or mapping is None:
            self._write("detail", "")
            return
        how = "convert" if found.is_converted else "strict"
        examples = ", ".join(shown(value, 24) for value in found.examples) or "no values"
        attribute = f"{found.attribute}, {found.format}" if found.attribute else "no attribute yet"
        findings = "; ".join(found.findings)
        lines = [f"{found.path} ({found.kind}) → {attribute}, {how}", examples, found.words]
        lines += [each for each in (findings if findings != found.words else "", found.conversion, found.clash) if each]
        if is_status_like(found.path, found.choices) and all(row.path != found.path for row in mapping.conversation):
            lines.append("v stores it as a Conversation attribute too, to branch on later.")
        self._write("detail", "\n".join(lines))

    def _verdict(self) -> str:
        if self.preview is None:
            return "Send the action to see what this mapping would write."
        drift = "".join(f"\nChanged since the last preview: {each}." for each in self.preview.drift)
        notes = drift + "".join(f"\n{note}" for note in self.preview.notes)
        ready = "\np shows every record, a applies it." if self.preview.is_changing else ""
        return self.preview.sentence + notes + ready

    def _write(self, part: str, text: str, style: str = "") -> None:
        static = self.query_one(f"#mapping-{part}", Static)
        static.update(Content(visible_lines(text)))
        static.set_class(style == "bad", "-bad")
        static.display = bool(text)

    @on(Lines.Highlighted)
    def _highlighted(self, event: Lines.Highlighted) -> None:
        event.stop()
        self._draw_detail()

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        event.stop()
        if self.selected:
            self.post_message(self.EntryChosen("mapping.row"))
