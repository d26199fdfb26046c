"""A dialog that shows, while it is filled in, what its command would make."""

from __future__ import annotations

import textwrap
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Checkbox, Input, Select, TextArea

from app.commands.context import Context
from app.commands.registry import ArgSpec
from app.domain.text import visible
from app.ui.screens.form import Form, Submit
from app.ui.screens.progress import ProgressLine
from app.ui.widgets.lines import Line, Lines

Preview = Callable[[Mapping[str, object]], Awaitable[tuple[str, ...]]]
_NARROWEST = 30


class PreviewedForm(Form):
    """Its preview follows every change; it can be focused and scrolled."""

    CSS_PATH: ClassVar = ["form.tcss", "previewed.tcss"]

    def __init__(
        self,
        title: str,
        help: str,
        specs: tuple[ArgSpec, ...],
        values: Mapping[str, object],
        context: Context,
        submit: Submit,
        preview: Preview,
    ) -> None:
        super().__init__(title, help, specs, values, context, submit)
        self._preview = preview

    def below_rows(self) -> ComposeResult:
        """The preview."""
        yield Lines(id="preview")

    @on(TextArea.Changed)
    @on(Input.Changed)
    @on(Checkbox.Changed)
    @on(Select.Changed)
    def _changed(self) -> None:
        self.update_preview()

    def on_resize(self) -> None:
        """Lines are wrapped for the width."""
        self.update_preview()

    @work(exclusive=True, group="preview")
    async def update_preview(self) -> None:
        """Show what would be made of what is typed now."""
        if self._submission is not None:
            return
        with self.query_one(ProgressLine).watching():
            found = await self._preview(self.given())
        view = self.query_one("#preview", Lines)
        width = max(_NARROWEST, view.size.width - 2)
        wrapped = [piece for line in found for piece in _wrapped(visible(line), width)]
        view.show([Line(piece) for piece in wrapped])


def _wrapped(line: str, width: int) -> list[str]:
    indent = " " * (2 if line.startswith("•") else 9)
    return textwrap.wrap(line, width, subsequent_indent=indent) or [""]
