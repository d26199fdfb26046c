"""What the main screen does with the records pane: filter, search, sort, choose columns, edit and open a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.commands.finding import matching
from app.domain.columns import cell, shown_attributes
from app.domain.datatypes import DataType
from app.domain.record import Record
from app.domain.schema import Attribute, RecordType, active_attributes
from app.domain.values import plain_value
from app.ui.panes.records import Asked, RecordsPane, counted

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen


class RecordVerbs:
    """The verbs of the records pane."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    @property
    def _pane(self) -> RecordsPane:
        return self._screen.query_one(RecordsPane)

    @property
    def _kind(self) -> RecordType | None:
        kind = self._screen.workspace.type_named(self._screen.selection.object)
        if kind is None:
            self._screen.runner.say("Select an object in the navigator first.", severity="warning")
        return kind

    def _ask(self, asked: Asked) -> None:
        self._pane.ask(asked)
        self._screen.focus_pane("records")

    def filter(self) -> None:
        """Ask for a condition, with completion and a count while it is typed."""
        kind, asked = self._kind, self._pane.asked
        if kind is None:
            return
        from app.ui.screens.record_filter import FilterPrompt

        async def count(text: str) -> str:
            look = self._pane.look_of(kind, replace(asked, filter=text))
            found = await counted(self._screen.workbench.records, kind.name, look)
            return matching(found, self._screen.workbench.records.count(kind.name))

        self._screen.app.push_screen(FilterPrompt(kind, asked.filter, count), self._typed("filter"))

    def search(self) -> None:
        """Ask for words to search for."""
        if self._kind is not None:
            from app.ui.screens.prompt import Prompt

            prompt = Prompt("Search in all texts; nothing at all shows every record", self._pane.asked.search)
            self._screen.app.push_screen(prompt, self._typed("search"))

    def _typed(self, part: str) -> Callable[[str | None], None]:
        def take(text: str | None) -> None:
            if text is not None:
                asked = self._pane.asked
                self._ask(replace(asked, filter=text) if part == "filter" else replace(asked, search=text))

        return take

    def sort(self) -> None:
        """Up, down, as they were made: in turn."""
        attribute, asked = self._pane.attribute, self._pane.asked
        if attribute is None:
            return
        if asked.sort != attribute.name:
            self._ask(replace(asked, sort=attribute.name, is_descending=False))
        elif not asked.is_descending:
            self._ask(replace(asked, is_descending=True))
        else:
            self._ask(replace(asked, sort="", is_descending=False))

    def show_all(self) -> None:
        """Forget filter, search and order."""
        self._ask(Asked())

    def choose_columns(self) -> None:
        """Ask which attributes are shown, and in which order."""
        kind = self._kind
        if kind is None:
            return
        from app.ui.screens.columns import ColumnsDialog

        shown = shown_attributes(kind, self._screen.workspace.view_of(kind.name))
        hidden = [attribute for attribute in active_attributes(kind) if attribute not in shown]

        def take(names: tuple[str, ...] | None) -> None:
            if names is not None:
                self._screen.runner.carry_out("record.columns", {"object": kind.name, "column": names})

        self._screen.app.push_screen(ColumnsDialog(kind.name, shown, hidden), take)

    def open(self) -> None:
        """The whole value of the marked column: each id of a list on a line of its own."""
        record, attribute = self._pane.selected, self._pane.attribute
        if record is None or attribute is None:
            self._screen.runner.say("There is no record to look at.", severity="warning")
            return
        value = record.values.get(attribute.name)
        text = "\n".join(value) if isinstance(value, tuple) and value else cell(record.values, attribute.name)[0]
        self._screen.verbs.show(f"{attribute.name} ({attribute.format}) of {_name(record)}", text)

    def edit_cell(self) -> None:
        """Change one value where it stands."""
        kind, record, attribute = self._kind, self._pane.selected, self._pane.attribute
        if kind is None or record is None or attribute is None:
            return
        key = next((name for name in kind.keys if record.values.get(name)), "")
        if not key or attribute.name == key:
            reason = f"{attribute.name} is what the record is found by: press n to make one with another."
            self._screen.runner.say(reason, severity="warning")
            return
        from app.ui.screens.cell import CellPrompt

        async def submit(text: str) -> str | None:
            new = f"{attribute.name}={text}" if text else f"{attribute.name}:=null"
            given = (f"{key}={record.values[key]}", new)
            return await self._screen.runner.attempt("record.put", {"object": kind.name, "value": given})

        value = record.values.get(attribute.name)
        text = "" if value is None else plain_value(value)
        title = f"{attribute.name} of {kind.name} {_name(record)}"
        self._screen.app.push_screen(CellPrompt(title, text, _hint(attribute), _choices(attribute), submit))


def _name(record: Record) -> str:
    return record.external_id or str(record.values.get("email") or record.id)


def _hint(attribute: Attribute) -> str:
    choices = _choices(attribute)
    what = f"{attribute.format}: {', '.join(choices)}" if choices else attribute.format
    return f"{what}; ids parted by commas" if attribute.many else what


def _choices(attribute: Attribute) -> tuple[str, ...]:
    return ("true", "false") if attribute.data_type is DataType.BOOLEAN else attribute.options
