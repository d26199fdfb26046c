"""A dialog made from a command's arguments: one labelled row each, refusals shown where they were caused.

The dialog stays open until the command accepts what was typed, so nothing typed is ever lost to a refusal.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input, Label, Select, TextArea
from textual.worker import Worker, get_current_worker

from app.commands.context import Context
from app.commands.registry import ArgSpec
from app.domain.placeholder_names import offered_names
from app.domain.secret import Secret
from app.domain.text import visible, visible_lines
from app.ui.choices import choices_for, label_of, may_be_empty
from app.ui.screens.names import NameList, NameSuggester, put_name
from app.ui.screens.progress import ProgressLine
from app.ui.screens.styled_once import StyledOnce

_NAME = re.compile(r"\s*([^\s:*=#]+)")
"""The name at the beginning of a line that declares an input."""
Submit = Callable[[dict[str, object]], Awaitable[str | None]]
"""Carries out the command; returns the refusal to show, or None when it was accepted."""


class Tick(Checkbox):
    """A checkbox that is empty when it is off: by colour alone nobody could tell."""

    @property
    def _button(self) -> Content:
        self.BUTTON_INNER = "X" if self.value else " "
        return super()._button


class Rows(VerticalScroll, inherit_bindings=False):
    """Scrolls with the field in focus; the arrows are the dialog's."""


class Form(StyledOnce, ModalScreen[bool]):
    """Asks for a command's arguments. Dismissed with True once the command was accepted, False when left."""

    CSS_PATH: ClassVar = ["form.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("ctrl+s,f5", "submit", "OK", priority=True),
        Binding("ctrl+o", "offer_names", "Names", priority=True),
        Binding("up", "move(-1)", "Previous field", show=False),
        Binding("down", "move(1)", "Next field", show=False),
    ]

    def __init__(
        self,
        title: str,
        help: str,
        specs: tuple[ArgSpec, ...],
        values: Mapping[str, object],
        context: Context,
        submit: Submit,
    ) -> None:
        super().__init__()
        self._title = title
        self._help = help
        self._specs = specs
        self._values = values
        self.context = context
        self.command_id = ""
        """What it asks for."""
        self.was_accepted = False
        """The command was carried out; only the dialog itself is still there."""
        self._submit = submit
        self._submission: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """One row an argument; help, refusal and buttons below."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(visible(self._title))
            yield Label(Content(visible(self._help)), id="about")
            with Rows(id="rows", can_focus=False):
                for spec in self._specs:
                    with Horizontal(classes="row"):
                        star = " *" if spec.is_required else ""
                        yield Label(Content(spec.label + star), classes="label")
                        yield self._field(spec)
            yield from self.below_rows()
            yield Label("", id="hint")
            yield Label("", id="refusal", classes="-empty")
            yield ProgressLine()
            with Horizontal(id="buttons"):
                yield Button("OK  ctrl+s", id="ok", variant="primary", compact=True)
                yield Button("Cancel  esc", id="cancel", compact=True)

    def below_rows(self) -> ComposeResult:
        """What a dialog of a special kind shows between its rows and its buttons."""
        yield from ()

    def on_mount(self) -> None:
        """Start in the first row that still needs something."""
        empty = [s for s in self._specs if s.is_required and self._values.get(s.name) in (None, "", ())]
        first = (empty or list(self._specs))[0] if self._specs else None
        self.query_one(f"#arg-{first.name}" if first else "#ok").focus()

    def _field(self, spec: ArgSpec) -> Widget:
        name = f"arg-{spec.name}"
        value = self._values.get(spec.name, spec.default)
        choices = choices_for(spec, self.context)
        if choices is not None:
            options = [(Content(visible(label_of(choice, spec, self.context))), choice) for choice in choices]
            chosen = value if value in choices else Select.NULL
            blank = may_be_empty(spec) or chosen is Select.NULL
            return Select(options, value=chosen, allow_blank=blank, prompt="choose", id=name, compact=True)
        if spec.kind is bool:
            return Tick(value=bool(value), id=name, compact=True)
        if spec.is_multiline or spec.kind is tuple:
            text = "\n".join(value) if isinstance(value, tuple) else _typed_text(value)
            area = TextArea(text, id=name, compact=True, soft_wrap=False, tab_behavior="focus")
            area.styles.height = min(6, max(3, text.count("\n") + 2))
            area.cursor_blink = False
            return area
        names = NameSuggester(self._names) if spec.is_template else None
        box = Input(_typed_text(value), id=name, password=spec.kind is Secret, compact=True, suggester=names)
        box.cursor_blink = False
        return box

    def _read(self, spec: ArgSpec) -> object:
        widget = self.query_one(f"#arg-{spec.name}")
        if isinstance(widget, Select):
            return "" if widget.value is Select.NULL else widget.value
        if isinstance(widget, Checkbox):
            return widget.value
        if isinstance(widget, TextArea):
            lines = tuple(line for line in widget.text.split("\n") if line.strip())
            if spec.kind is Secret:
                return Secret(widget.text)
            return lines if spec.kind is tuple else widget.text
        assert isinstance(widget, Input)
        return Secret(widget.value) if spec.kind is Secret else widget.value

    def given(self) -> dict[str, object]:
        """What the rows hold now."""
        return {spec.name: self._read(spec) for spec in self._specs}

    @on(DescendantFocus)
    def _show_hint(self, event: DescendantFocus) -> None:
        name = (event.widget.id or "").removeprefix("arg-")
        hint = next((spec.help for spec in self._specs if spec.name == name), "")
        hint = hint.replace("repeat for each", "one a line").replace("Repeat for each", "One a line")
        if any(spec.name == name and spec.is_template for spec in self._specs):
            hint += " ctrl+o offers names."
        self.query_one("#hint", Label).update(Content(hint))

    def _names(self) -> tuple[str, ...]:
        """The names that a placeholder may have, with the inputs as they are typed now."""
        areas = list(self.query("#arg-input").results(TextArea))
        declared = [found[0] for area in areas for line in area.text.split("\n") if (found := _NAME.match(line))]
        action = self.context.workspace.action_named(self.context.action)
        known = [item.name for item in action.inputs] if action and not areas else []
        return offered_names(self.context.workspace, [*declared, *known])

    async def action_offer_names(self) -> None:
        """Offer the names for a placeholder and put the chosen one where the cursor is."""
        box = self.focused
        spec = next((s for s in self._specs if box and box.id == f"arg-{s.name}"), None)
        if spec and spec.is_template and isinstance(box, Input | TextArea):
            self.app.push_screen(NameList(self._names()), lambda name: put_name(box, name))

    @property
    def _stops(self) -> list[Widget]:
        """The fields, then the button that ends the dialog."""
        return [*(self.query_one(f"#arg-{spec.name}") for spec in self._specs), self.query_one("#ok")]

    def action_move(self, step: int) -> None:
        """To the field above or below; where there is none, stay. Text areas and lists use these keys themselves."""
        stops = self._stops
        if self.focused in stops:
            at = stops.index(self.focused) + step
            if 0 <= at < len(stops):
                stops[at].focus()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field; in the last it is the yes."""
        if event.input in self._stops[:-2]:
            self.action_move(1)
        else:
            self.action_submit()

    @on(Button.Pressed, "#ok")
    def _ok(self) -> None:
        self.action_submit()

    @on(Button.Pressed, "#cancel")
    def action_leave(self) -> None:
        """Leave without doing anything; while long work is told of, stop that and stay."""
        line = self.query_one(ProgressLine)
        if self._submission is None or line.can_stop is None:
            self.dismiss(False)
        elif line.can_stop:
            self._submission.cancel()
        else:
            line.say_that_it_ends()

    @work
    async def action_submit(self) -> None:
        """Try to carry the command out with what was typed."""
        if self._submission is not None:
            return
        missing = [s for s in self._specs if s.is_required and not self._read(s)]
        refusal: str | None = f"{', '.join(s.label for s in missing)}: needed." if missing else None
        if missing:
            self.query_one(f"#arg-{missing[0].name}").focus()
        if refusal is None:
            refusal = await self._carried_out()
        if refusal is None:
            self.was_accepted = True
            self.dismiss(True)
        else:
            self._show_refusal(refusal)

    async def _carried_out(self) -> str | None:
        """Carry it out, with its progress on the screen; a refusal in words when it is refused or stopped."""
        self._submission = get_current_worker()
        self.workers.cancel_group(self, "preview")
        self._show_refusal("")
        try:
            with self.query_one(ProgressLine).watching():
                return await self._submit(self.given())
        except asyncio.CancelledError:
            self._show_refusal("Stopped. Nothing was written.")
            raise
        finally:
            self._submission = None

    def _show_refusal(self, refusal: str) -> None:
        if self.is_attached:
            label = self.query_one("#refusal", Label)
            label.update(Content(visible_lines(refusal)))
            label.set_class(not refusal, "-empty")


def _typed_text(value: object) -> str:
    """A value as it stands in its row; a secret that was typed before comes back, behind its dots."""
    return value.reveal() if isinstance(value, Secret) else str(value or "")
