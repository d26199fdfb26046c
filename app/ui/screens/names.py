"""The names of placeholders while one types: completed in a line, offered as a list in an area."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, OptionList, TextArea
from textual.widgets.option_list import Option

from app.domain.text import visible
from app.ui.screens.styled_once import StyledOnce


def unfinished(text: str) -> str | None:
    """The beginning of a name after a `{{` that is still open at the end of the text; None when none is."""
    _, sign, rest = text.rpartition("{{")
    name = rest.lstrip()
    return None if not sign or "}" in rest or "|" in rest else name


class NameSuggester(Suggester):
    """Completes `{{na` to `{{name}}`; right takes it."""

    def __init__(self, names: Callable[[], Sequence[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names

    async def get_suggestion(self, value: str) -> str | None:
        """The text with the first name that begins like the unfinished one."""
        begun = unfinished(value)
        if not begun:
            return None
        found = next((name for name in self._names() if name.startswith(begun)), None)
        return None if found is None else f"{value}{found[len(begun) :]}}}}}"


class NameList(StyledOnce, ModalScreen[str | None]):
    """Dismissed with the chosen name, or None when it was left. Typing narrows the list."""

    CSS_PATH: ClassVar = ["form.tcss", "names.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close"),
        Binding("down", "app.focus_next", "List", show=False),
    ]

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = tuple(names)

    def compose(self) -> ComposeResult:
        """A line to narrow the list, and the list."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content("Names for a placeholder")
            dialog.border_subtitle = Content("type to narrow · enter takes · esc closes")
            box = Input(placeholder="part of a name", compact=True)
            box.cursor_blink = False
            yield box
            yield OptionList(*map(_option, self._names), compact=True)

    @on(Input.Changed)
    def _narrowed(self, event: Input.Changed) -> None:
        part = event.value.strip().casefold()
        names = self.query_one(OptionList)
        names.clear_options()
        found = [name for name in self._names if part in name.casefold()]
        names.add_options(map(_option, sorted(found, key=lambda name: not name.casefold().startswith(part))))
        names.highlighted = 0 if names.option_count else None

    @on(Input.Submitted)
    def _first(self) -> None:
        names = self.query_one(OptionList)
        if names.option_count:
            self.dismiss(names.get_option_at_index(names.highlighted or 0).id)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)


def _option(name: str) -> Option:
    return Option(Content(visible(name)), id=name)


def put_name(box: Input | TextArea, name: str | None) -> None:
    """Write a placeholder where the cursor is; one that was begun there is finished."""
    if name is None:
        return
    if isinstance(box, Input):
        begun = unfinished(box.value[: box.cursor_position])
        start = box.cursor_position - len(begun or "")
        box.replace(_rest(name, begun), start, box.cursor_position)
        return
    row, column = box.cursor_location
    begun = unfinished(box.document.get_line(row)[:column])
    box.replace(_rest(name, begun), (row, column - len(begun or "")), (row, column))


def _rest(name: str, begun: str | None) -> str:
    return f"{{{{{name}}}}}" if begun is None else f"{name}}}}}"
