"""From a command's id to its effect: gather, ask, confirm, carry out, say what happened.

The same steps for a key, the palette and a click. Refusals of a dialog's command stay in the dialog; all others are
toasts, worded by the command itself.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.commands.context import Context
from app.commands.registry import REGISTRY, Command, Disabled, Result, question_of
from app.domain.action import Action
from app.domain.environment import values_of
from app.domain.text import visible, visible_lines
from app.engine.rendering import fixed_host
from app.errors import InvalidInput, WorkbenchError
from app.ui.clipboard import copy
from app.ui.dynamic_forms import dynamic_form
from app.workbench import Workbench

if TYPE_CHECKING:
    from textual.screen import Screen

SENDS = ("action.send", "run.again")
"""Commands that wait for the network: one that is under way can be cancelled."""

QUIET = {
    "action.send",
    "run.again",
    "action.import-curl",
    "action.options",
    "record.import",
    "object.create",
    "mapping.set",
    "mapping.preview",
    "mapping.source",
    "mapping.attribute",
    "mapping.object",
    "mapping.conversation",
    "mapping.suggest",
    "mapping.pick",
    "mapping.row",
    "mapping.convert",
    "mapping.remove",
    "mapping.target",
}
"""Commands whose data the main screen or their dialog shows itself: no window with their lines."""

_MOST_DIGITS = 18
_WHOLE = re.compile(rf"-?[0-9]{{1,{_MOST_DIGITS}}}")
_FRAME_WIDTH = 10
_INDENT = 7
COPIED = {"action.curl"}
"""Commands whose lines go to the clipboard, not to a window."""

SEEN = {"action.send", "run.again", "mapping.suggest"}
"""Commands whose success is seen at once: no toast."""


PROSE = {"vault.check"}
"""Commands whose lines are sentences, to be wrapped; the columns of a table are not."""


class Runner:
    """Runs commands for one screen."""

    def __init__(
        self,
        screen: Screen[None],
        workbench: Workbench,
        is_running: Callable[[str, bool], None],
        tell: Callable[[str], bool],
    ) -> None:
        """`is_running` hears when a command begins and ends; `tell` shows a line on the screen itself, if it fits."""
        self._is_running = is_running
        self._tell = tell
        self._screen = screen
        self._workbench = workbench
        self.is_hushed = False
        """The screen is being locked: nothing opens and nothing is shown any more."""
        self.unsaid: tuple[str, ...] = ()
        """What was to be said since then."""

    def resume(self, command_id: str, context: Context, given: Mapping[str, object]) -> None:
        """Open a command's dialog as it was left, on the selection of then."""
        command = REGISTRY[command_id]
        values = command.gather(context)
        if isinstance(values, Disabled):
            self.say(f"The dialog {command.title} cannot be opened again: {values.reason}", severity="warning")
        else:
            self._ask(command, context, values, given)

    def start(self, command_id: str, context: Context) -> None:
        """Begin a command; returns at once."""
        command = REGISTRY[command_id]
        values = command.gather(context)
        if isinstance(values, Disabled):
            self.say(values.reason, severity="warning")
            return
        missing = [spec for spec in command.specs if spec.is_required and not values.get(spec.name)]
        if command.asks or missing:
            self._ask(command, context, values)
        else:
            self.carry_out(command_id, values)

    def begin(self, command_id: str, context: Context, values: Mapping[str, object]) -> None:
        """Begin a command from another window, which knows some arguments better than the selection does."""
        command = REGISTRY[command_id]
        if not command.asks:
            self.carry_out(command_id, values)
            return
        gathered = command.gather(context)
        self._ask(command, context, {**({} if isinstance(gathered, Disabled) else gathered), **values})

    def carry_out(self, command_id: str, values: Mapping[str, object]) -> None:
        """Begin a command whose arguments a dialog of its own has asked for."""
        self._screen.run_worker(
            self._run_and_say(REGISTRY[command_id], values), group=command_id, exclusive=True, exit_on_error=True
        )

    async def attempt(self, command_id: str, values: Mapping[str, object]) -> str | None:
        """Carry out a command for a dialog that stays open on a refusal; returns the refusal in words, or None."""
        return await self._run(REGISTRY[command_id], values)

    def _ask(
        self,
        command: Command,
        context: Context,
        values: Mapping[str, object],
        typed: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Open a command's dialog; `typed` is what its rows held before."""
        dynamic = dynamic_form(command.id, context)
        known = [spec for spec in command.specs if spec.is_subject and values.get(spec.name)]
        specs = dynamic.specs if dynamic else tuple(spec for spec in command.specs if spec not in known)
        about = " ".join(str(values[spec.name]) for spec in known)
        title = f"{command.title}: {about}" if about else command.title

        async def submit(given: dict[str, object]) -> str | None:
            packed = {**values, "value": dynamic.pack(given)} if dynamic else {**values, **given}
            return await self._run(command, packed)

        shown = {**(dynamic.values if dynamic else values), **typed}
        from app.ui.screens.form import Form
        from app.ui.screens.previewed import PreviewedForm

        form = Form(title, command.help, specs, shown, context, submit)
        if command.preview:
            preview = partial(self._preview, command, values)
            form = PreviewedForm(title, command.help, specs, shown, context, submit, preview)
        form.command_id = command.id
        if not self.is_hushed:
            self._screen.app.push_screen(form)

    async def _preview(
        self, command: Command, values: Mapping[str, object], given: Mapping[str, object]
    ) -> tuple[str, ...]:
        """What a dialog's command would make of what is typed so far."""
        assert command.preview is not None
        return await command.preview(self._workbench, command.args(**_typed(command, {**values, **given})))

    async def _run_and_say(self, command: Command, values: Mapping[str, object]) -> bool:
        """Whether it was not refused."""
        refusal = await self._run(command, values)
        if refusal:
            self.say(refusal, severity="error")
        return not refusal

    async def _run(self, command: Command, values: Mapping[str, object]) -> str | None:
        """Carry a command out; returns the refusal in words, or None."""
        try:
            args = command.args(**_typed(command, values))
            question = await question_of(command, self._workbench, args)
            demanded = command.demands(self._workbench, args) if question and command.demands else ""
            if question and not await self._is_confirmed(question, demanded, self._headed(command, values)):
                self.say("Nothing was done.")
                return None
            self._is_running(command.id, True)
            result = await command.function(self._workbench, args)
            self._show(command, result)
            if news := self._workbench.vault.store.compaction_news():
                self.say(" ".join(filter(None, (result.message, news))), severity="warning")
        except WorkbenchError as error:
            return str(error)
        finally:
            self._is_running(command.id, False)
        return None

    async def _is_confirmed(self, question: str, demanded: str, title: str) -> bool:
        from app.ui.screens.confirm import Confirm

        if self.is_hushed:
            return False
        return await self._screen.app.push_screen_wait(Confirm(question, demanded, title=title))

    def _headed(self, command: Command, values: Mapping[str, object]) -> str:
        """Above a question: what would be done, for a send by which method and to whom."""
        action = self._workspace_action(values)
        if command.id not in SENDS or action is None:
            return command.title
        host = fixed_host(action.url, values_of(self._workbench.workspace.environment))
        return f"{action.method} to {host}" if host else action.method

    def _workspace_action(self, values: Mapping[str, object]) -> Action | None:
        return self._workbench.workspace.action_named(str(values.get("action", "")))

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Open a window with lines to read."""
        from app.ui.screens.text import TextScreen

        if self.is_hushed:
            return
        self._screen.app.push_screen(TextScreen(title, lines))

    def _show(self, command: Command, result: Result) -> None:
        if command.id in COPIED:
            self.say(copy(self._screen.app, "\n".join(result.lines), "the command"))
        elif command.id not in QUIET and result.lines:
            self.show_lines(command.title, self._wrapped(result.lines) if command.id in PROSE else result.lines)
        if result.message and (result.exit_code or command.id not in SEEN):
            self.say(result.message, severity="error" if result.exit_code else "information")

    def _wrapped(self, lines: Sequence[str]) -> list[str]:
        width = self._screen.size.width - _FRAME_WIDTH
        wrap = partial(textwrap.wrap, width=width, subsequent_indent=" " * _INDENT)
        return [piece for line in lines for piece in wrap(visible(line)) or [""]]

    def say(self, message: str, *, severity: str = "information") -> None:
        """Say it at the bottom where it is seen and fits, else in a toast, which takes the place of the one before.
        Text from outside is made visible and never read as markup.
        """
        if self.is_hushed:
            self.unsaid = (*self.unsaid, message)
            return
        self._screen.app.clear_notifications()
        if self._tell(message):
            return
        level = severity if severity in ("warning", "error") else "information"
        self._screen.notify(visible_lines(message), severity=level, markup=False)  # type: ignore[arg-type]  # literals


def _typed(command: Command, values: Mapping[str, object]) -> dict[str, object]:
    """Dialog texts as the types of the command's arguments."""
    typed: dict[str, object] = {}
    for spec in command.specs:
        if spec.name not in values:
            continue
        value = values[spec.name]
        if spec.kind is int and isinstance(value, str):
            value = _whole_number(spec.label, value)
        typed[spec.name] = value
    return typed


def _whole_number(label: str, text: str) -> int:
    """The number that a row holds, in plain digits; what a row may hold besides is said and never computed."""
    if _WHOLE.fullmatch(text.strip()) is None:
        shown = text if len(text) <= _MOST_DIGITS else f"{text[:_MOST_DIGITS]}…"
        raise InvalidInput(f'{label} is a whole number of at most {_MOST_DIGITS} digits, not "{shown}".')
    return int(text)
