"""The request pane: method, URL, inputs with their test values, headers, token and body of the selected action."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from app.domain.action import Action
from app.domain.action_rules import placeholders
from app.domain.sending import option_lines
from app.domain.text import visible
from app.domain.workspace import Workspace
from app.ui.selection import Selection
from app.ui.widgets.lines import Line, Lines


class RequestPane(Vertical):
    """Enter on an input sets its test value; on anything else it opens the action's editor."""

    DEFAULT_CLASSES = "pane"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)

    @dataclass
    class EntryChosen(Message):
        """A line was chosen; it names the command that changes it."""

        entry_id: str

    def __init__(self) -> None:
        super().__init__(id="request")
        self._entries: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """One list of lines."""
        yield Lines(id="request-lines", classes="body")

    def watch_workspace(self) -> None:
        """The action may have changed."""
        self._draw()

    def watch_selection(self) -> None:
        """Another action."""
        self._draw()

    def on_mount(self) -> None:
        """The first drawing."""
        self._draw()

    @property
    def entry(self) -> str:
        """The command that the line under the cursor is for."""
        row = self.query_one(Lines).cursor
        return self._entries[row] if row < len(self._entries) else "action.edit"

    def _draw(self) -> None:
        action = self.workspace.action_named(self.selection.action)
        if not self.is_mounted or action is None:
            return
        self.border_title = Content(visible(action.name))
        self.border_subtitle = Content(f"{action.state} · enter or F5 sends")
        rows = self._rows(action)
        self._entries = tuple(entry for _, entry in rows)
        self.query_one(Lines).show([line for line, _ in rows])

    def _rows(self, action: Action) -> list[tuple[Line, str]]:
        rows = [(Line(f"{action.method:<6} ", (action.url, "accent"), style="heading"), "action.send")]
        if action.description:
            rows.append((Line(action.description, style="muted"), "action.edit"))
        rows += [(line, "action.values") for line in self._inputs(action)]
        for number, header in enumerate(action.headers):
            state = "" if header.is_enabled else "  (off)"
            rows.append((Line(_label("Headers", number), f"{header.name}: {header.value}{state}"), "action.edit"))
        token = next((token for token in self.workspace.tokens.values() if token.id == action.token_id), None)
        if token:
            sent = f"{token.header}: {token.prefix} {token.value}".replace(":  ", ": ")
            rows.append((Line(_label("Token"), token.name, (f"  {sent}", "muted")), "action.edit"))
        else:
            rows.append((Line(_label("Token"), ("none", "muted")), "action.edit"))
        for number, (label, words) in enumerate(option_lines(action.sending)):
            style = "bad" if label == "insecure" else ""
            rows.append((Line(_label("Sending", number), (f"{label}: {words}", style)), "action.options"))
        for number, text in enumerate(action.body.splitlines()):
            rows.append((Line(_label("Body", number), text), "action.edit"))
        return rows

    def _inputs(self, action: Action) -> list[Line]:
        lines = []
        declared = {item.name: item for item in action.inputs}
        for number, name in enumerate([*declared, *(n for n in placeholders(action) if n not in declared)]):
            item = declared.get(name)
            value = action.test_values.get(name) or (item.default if item else "") or ""
            need = "attribute" if item is None else f"{item.data_type}{', required' if item.is_required else ''}"
            missing = bool(item and item.is_required and not value)
            shown = (
                (f'"{value}"', "accent") if value else ("needed" if missing else "empty", "bad" if missing else "muted")
            )
            lines.append(Line(_label("Inputs", number), f"{name} = ", shown, (f"  {need}", "muted")))
        return lines

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        event.stop()
        self.post_message(self.EntryChosen(self._entries[event.row]))


def _label(text: str, number: int = 0) -> tuple[str, str]:
    return f"{'' if number else text:<9}", "muted"
