"""What a person does with a value of the response on the screen: copy it, open it, look into it, print it.

One method for each entry of `VIEW_ENTRIES` that does so, named as it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.text import visible, visible_lines
from app.engine.json_index import JsonIndex
from app.engine.json_topology import NodeKind
from app.ui.clipboard import copy

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen

_MOST_COPIED = 1_000_000
_MOST_PRINTED = 5_000_000
_NOWHERE = "Move to a field of the response first."


class Using:
    """Uses the value under the cursor of the tree or of the raw view."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    @property
    def _place(self) -> tuple[JsonIndex, int] | None:
        return self._screen.looking.place

    @property
    def _path(self) -> str:
        return self._screen.looking.path

    def copy_path(self) -> None:
        self._copy(self._path, "the path")

    def copy_value(self) -> None:
        if self._place:
            index, node = self._place
            text = index.source(node).decode("utf-8", "replace") if self._is_long else index.text(node)
            self._copy(text, "the value")
        else:
            self._copy("", "")

    @property
    def _is_long(self) -> bool:
        index, node = self._place or (None, 0)
        return index is not None and index.end(node) - index.start(node) > 6 * _MOST_COPIED

    def copy_subtree(self) -> None:
        place = self._place
        text = place[0].source(place[1]).decode("utf-8", "replace") if place else ""
        self._copy(text, "the JSON under the cursor, as it came")

    def _copy(self, text: str, what: str) -> None:
        if not text:
            self._screen.runner.say(_NOWHERE, severity="warning")
        elif len(text) > _MOST_COPIED:
            size = f"{len(text) / 1_000_000:.1f} million letters"
            self._screen.runner.say(f"{size} are too many for a clipboard. S saves it.", severity="warning")
        else:
            self._screen.runner.say(copy(self._screen.app, text, what))

    def open(self) -> None:
        """The whole value under the cursor, in a window, whatever its size."""
        if self._place is None:
            self._screen.runner.say(_NOWHERE, severity="warning")
            return
        index, node = self._place
        from app.ui.screens.value import ValueScreen

        is_json = index.kind(node) is not NodeKind.STRING
        data = index.source(node) if is_json else index.text(node).encode("utf-8", "replace")
        self._screen.app.push_screen(ValueScreen(self._path, data, is_json=is_json))

    def peek(self) -> None:
        self._peek(with_epochs=False)

    def peek_time(self) -> None:
        self._peek(with_epochs=True)

    def _peek(self, *, with_epochs: bool) -> None:
        """What the value under the cursor might mean."""
        if self._place is None:
            self._screen.runner.say(_NOWHERE, severity="warning")
            return
        from app.engine.peek import MOST_LETTERS, peek

        index, node = self._place
        if index.end(node) - index.start(node) > MOST_LETTERS:
            self._screen.runner.say("The value is too long to look into. Press o to read it.", severity="warning")
            return
        kind = index.kind(node)
        is_number = kind is NodeKind.NUMBER
        if not is_number and kind is not NodeKind.STRING:
            self._screen.runner.say("Only a text or a number can mean something else.", severity="warning")
            return
        sights = peek(index.text(node), is_number=is_number, with_epochs=with_epochs)
        lines = [line for sight in sights for line in (sight.title, *(f"  {line}" for line in sight.lines), "")]
        if lines:
            self._screen.runner.show_lines(f"Peek: {self._path}", [*map(visible, lines[:-1])])
        elif is_number and not with_epochs:
            self._screen.runner.say("A number is a number. Press I to read it as a time since 1970.")
        else:
            self._screen.runner.say("It is nothing but itself: no date, URL, Base64, JSON or JWT.")

    def print(self) -> None:
        """Print what is under the cursor on the plain screen, where the terminal's own selecting and scrolling work."""
        if self._place is None:
            self._screen.runner.say(_NOWHERE, severity="warning")
            return
        from textual.app import SuspendNotSupported

        index, node = self._place
        if index.end(node) - index.start(node) > _MOST_PRINTED:
            self._screen.runner.say("It has more than 5 MB: S saves it to a file instead.", severity="warning")
            return
        text = visible_lines(index.source(node).decode("utf-8", "replace"))
        try:
            with self._screen.app.suspend():
                print(f"{visible(self._path)}\n{text}\n\nPress enter to go back.", end="", flush=True)
                _wait_for_enter()
        except SuspendNotSupported:
            self._screen.runner.say("This terminal cannot show the plain screen.", severity="warning")


def _wait_for_enter() -> None:
    try:
        input()
    except (EOFError, KeyboardInterrupt):
        return
