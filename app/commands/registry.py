"""What a command is, and the list of all of them.

A command has an id ("action.send"), a title, a sentence of help, keys, a dataclass of plain arguments and one async
function. The shell's grammar, the palette, the bindings, the dialogs and the key table are made from this list.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast, get_type_hints, overload

from app.domain.secret import Secret

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from app.commands.context import Context
    from app.workbench import Workbench


class LateLines(Sequence[str]):
    """Lines that are made when somebody reads them: those of a large body cost more than the body did to fetch."""

    def __init__(self, make: Callable[[], tuple[str, ...]]) -> None:
        self._make = make
        self._made: tuple[str, ...] | None = None

    @property
    def _lines(self) -> tuple[str, ...]:
        if self._made is None:
            self._made = self._make()
        return self._made

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self._lines[index]

    def __len__(self) -> int:
        return len(self._lines)

    def __eq__(self, other: object) -> bool:
        return self._lines == (other._lines if isinstance(other, LateLines) else other)

    def __hash__(self) -> int:
        return hash(self._lines)

    def __repr__(self) -> str:
        return f"LateLines({'not made yet' if self._made is None else repr(self._made)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command has to say: `data` for programs, `lines` for eyes, `message` as talk."""

    message: str = ""
    """One sentence on what happened; the shell's stderr, the screen's toast."""
    data: object = None
    """A value of the domain or JSON types; `--json` prints it."""
    lines: Sequence[str] = ()
    """The same for a person; the shell's stdout."""
    raw: bytes | None = field(default=None, repr=False)
    """Bytes for stdout exactly as they are, instead of lines."""
    exit_code: int = 0
    """3 when a run failed."""


@dataclass(frozen=True, slots=True)
class Disabled:
    """Why a command cannot be used here and now, in words."""

    reason: str


_LABELS = {"url": "URL", "query": "Query", "map": "Columns", "from_": "From file"}
"""Arguments whose label is not made of their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgSpec:
    """How one argument is asked for, in the shell and in a dialog."""

    name: str
    kind: type
    """str, int, bool, tuple (of texts) or Secret."""
    help: str
    is_positional: bool
    is_required: bool
    default: object
    choices: str
    """A name of `choices.py`, or texts separated by "|"; "" for free text."""
    is_multiline: bool
    is_subject: bool = False
    """Names what the command is about: a dialog does not ask for it when the selection says it."""
    is_template: bool = False
    """May hold placeholders: an editor completes their names."""
    options: tuple[str, ...] = ()
    """Values to choose from, where `choices` cannot say it."""
    title: str = ""
    """How a dialog names it; made of the name when empty."""

    @property
    def label(self) -> str:
        """The name as a dialog shows it."""
        named = _LABELS.get(self.name) or self.name.replace("_", " ").capitalize()
        return self.title or (f"{named}s" if self.kind is tuple and self.name not in _LABELS else named)

    @property
    def option(self) -> str:
        """The name as the shell takes it."""
        return "--" + self.name.rstrip("_").replace("_", "-")


class _Missing:
    """No default: the argument is required."""


_MISSING = _Missing()
T = TypeVar("T")


def arg(
    help: str,
    *,
    default: T | _Missing = _MISSING,
    positional: bool = False,
    choices: str = "",
    multiline: bool = False,
    subject: bool = False,
    template: bool = False,
) -> T:
    """Declare a field of an Args class; typed as the field, as `dataclasses.field` is."""
    metadata = {"help": help, "positional": positional, "choices": choices, "multiline": multiline, "subject": subject}
    metadata["template"] = template
    made = field(metadata=metadata) if isinstance(default, _Missing) else field(default=default, metadata=metadata)
    return cast("T", made)


A = TypeVar("A", bound="DataclassInstance")
Function = Callable[["Workbench", A], Awaitable["Result"]]
Gather = Callable[["Context"], "Mapping[str, object] | Disabled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One verb."""

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    panes: tuple[str, ...]
    """The panes in which its keys work; empty means everywhere."""
    args: type[DataclassInstance]
    function: Callable[[Workbench, DataclassInstance], Awaitable[Result]]
    gather: Gather
    """Fills in arguments from what is selected on the screen, or says why the command cannot be used."""
    asks: bool
    """Whether the screen opens a dialog even when every argument is known."""
    only_reads: bool
    """Whether the shell opens the vault for reading alone: beside a writer, and on a medium that cannot be written."""
    confirms: Callable[[Workbench, DataclassInstance], str | Awaitable[str]] | None
    """The question to answer with yes before it is carried out; "" when there is nothing to ask."""
    demands: Callable[[Workbench, DataclassInstance], str] | None
    """What must be typed instead of a mere yes, such as the host of a production system; "" when yes will do."""
    preview: Callable[[Workbench, DataclassInstance], Awaitable[tuple[str, ...]]] | None = None
    """What it would make, in lines that its dialog shows while it is filled in."""

    @property
    def words(self) -> tuple[str, ...]:
        """The id as the shell takes it: noun and verb."""
        return tuple(self.id.split("."))

    @property
    def specs(self) -> tuple[ArgSpec, ...]:
        """Its arguments, in order."""
        return specs_of(self.args)


async def question_of(command: Command, workbench: Workbench, args: DataclassInstance) -> str:
    """What to ask before a command is carried out, "" for nothing; InvalidInput when it would be refused anyway."""
    asked = command.confirms(workbench, args) if command.confirms else ""
    return asked if isinstance(asked, str) else await asked


def specs_of(args: type[DataclassInstance]) -> tuple[ArgSpec, ...]:
    """The arguments that an Args class declares."""
    hints = get_type_hints(args)
    return tuple(
        ArgSpec(
            name=f.name,
            kind=_kind(hints[f.name]),
            help=f.metadata["help"],
            is_positional=f.metadata["positional"],
            is_required=f.default is dataclasses.MISSING,
            default=None if f.default is dataclasses.MISSING else f.default,
            choices=f.metadata["choices"],
            is_multiline=f.metadata["multiline"],
            is_subject=f.metadata["subject"],
            is_template=f.metadata["template"],
        )
        for f in dataclasses.fields(args)
    )


def _kind(hint: object) -> type:
    for kind in (bool, int, Secret):
        if hint is kind:
            return kind
    return tuple if "tuple" in str(hint) else str


REGISTRY: dict[str, Command] = {}


def _taking_turns(function: Function[A]) -> Function[A]:
    async def run(workbench: Workbench, args: A) -> Result:
        async with workbench.turn():
            return await function(workbench, args)

    return run


@dataclass(frozen=True, slots=True)
class NoArgs:
    """A command that needs nothing."""


def nothing(_: Context) -> Mapping[str, object]:
    """The gatherer of commands that need nothing from the screen."""
    return {}


def command(
    id: str,
    args: type[A],
    *,
    title: str,
    keys: str = "",
    panes: str = "",
    gather: Gather = nothing,
    asks: bool = False,
    confirms: Callable[[Workbench, A], str | Awaitable[str]] | None = None,
    preview: Callable[[Workbench, A], Awaitable[tuple[str, ...]]] | None = None,
    demands: Callable[[Workbench, A], str] | None = None,
    takes_turn: bool = True,
    only_reads: bool = False,
) -> Callable[[Function[A]], Function[A]]:
    """Register the function below as a command; the first line of its docstring is the help.

    Commands run one after the other, since each computes its changes from what the one before has left. One that
    waits for the network does not take a turn, and must commit only what no other command changes.
    """

    def register(function: Function[A]) -> Function[A]:
        REGISTRY[id] = Command(
            id=id,
            title=title,
            help=(function.__doc__ or "").strip().splitlines()[0],
            keys=tuple(keys.split(",")) if keys else (),
            panes=tuple(panes.split(",")) if panes else (),
            args=args,
            function=_taking_turns(function) if takes_turn else function,  # type: ignore[arg-type]  # called with its own Args only
            gather=gather,
            asks=asks,
            only_reads=only_reads,
            confirms=confirms,  # type: ignore[arg-type]  # likewise
            preview=preview,  # type: ignore[arg-type]  # likewise
            demands=demands,  # type: ignore[arg-type]  # likewise
        )
        return function

    return register
