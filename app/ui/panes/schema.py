"""The schema pane: an object's attributes with their formats, and what uses it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from app.domain.schema import Attribute, RecordType
from app.domain.schema_rules import where_used
from app.domain.text import visible
from app.domain.workspace import Workspace
from app.ui.selection import Selection
from app.ui.widgets.lines import Line, Lines


class SchemaPane(Vertical):
    """One line an attribute; archived ones are marked and come last."""

    DEFAULT_CLASSES = "pane"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)

    class Moved(Message):
        """The cursor is on another attribute: other keys may work."""

    def __init__(self) -> None:
        super().__init__(id="schema")
        self._names: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """One list of lines."""
        yield Lines(id="schema-lines", classes="body")

    def watch_workspace(self) -> None:
        """The object may have changed."""
        self._draw()

    def watch_selection(self) -> None:
        """Another object."""
        self._draw()

    def on_mount(self) -> None:
        """The first drawing."""
        self._draw()

    @property
    def selected(self) -> str:
        """Name of the attribute under the cursor, or ""."""
        row = self.query_one(Lines).cursor
        return self._names[row] if 0 <= row < len(self._names) else ""

    @on(Lines.Highlighted)
    def _moved(self, event: Lines.Highlighted) -> None:
        event.stop()
        self.post_message(self.Moved())

    def _draw(self) -> None:
        kind = self.workspace.type_named(self.selection.object)
        if not self.is_mounted or kind is None:
            return
        attributes = sorted(kind.attributes, key=lambda attribute: attribute.is_archived)
        self._names = tuple(attribute.name for attribute in attributes)
        self.border_title = Content(visible(f"Schema of {kind.name}"))
        self.border_subtitle = Content(visible(_users(self.workspace, kind)))
        width = max((len(attribute.name) for attribute in attributes), default=0)
        self.query_one(Lines).show([_line(attribute, min(width, 28)) for attribute in attributes])


def _users(workspace: Workspace, kind: RecordType) -> str:
    users = where_used(workspace, kind)
    return f"used by {', '.join(users)}" if users else "used by nothing"


def _line(attribute: Attribute, width: int) -> Line:
    state = "  archived" if attribute.is_archived else ""
    return Line(
        f"{attribute.name:<{width}}  ",
        (f"{attribute.format:<24}", "accent"),
        (f"  {attribute.description}{state}", "muted"),
        style="muted" if attribute.is_archived else "",
    )
