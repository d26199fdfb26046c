"""Every command is complete: title, help, a key that a plain terminal can send and that nothing else has."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections import Counter

import pytest

from app.cli import grammar
from app.commands import load_all
from app.commands.context import Context
from app.commands.registry import REGISTRY, Command, Disabled
from app.domain.secret import Secret
from app.domain.workspace import Workspace
from app.ui.bindings import VIEW_ENTRIES, Entry, all_entries

load_all()
PANES = ("navigator", "records", "schema", "request", "response", "raw", "mapping")
_PLAIN_KEY = re.compile(
    r"[a-zA-Z0-9]|f[1-9]|f1[0-2]|ctrl\+[a-z]|tab|shift\+tab|enter|escape|space|delete|plus|slash|question_mark"
)
_NEVER = {f"ctrl+{letter}" for letter in "himcz["} | {"alt+enter", "ctrl+enter"}
"""What a plain terminal cannot tell from another key, or takes for itself."""

commands = pytest.mark.parametrize("command", REGISTRY.values(), ids=lambda command: command.id)


@commands
def test_every_command_says_what_it_is(command: Command) -> None:
    """A short title without a full stop, a sentence of help with one."""
    assert re.fullmatch(r"[a-z]+(\.[a-z]+(-[a-z]+)*)?", command.id)
    assert command.words[0] in grammar.NOUNS
    assert command.title
    assert not command.title.endswith(".")
    assert command.title[0].isupper()
    assert command.help.endswith(".")
    assert command.help[0].isupper()


@commands
def test_every_argument_says_what_it_is(command: Command) -> None:
    """Help with a full stop; plain types; nothing required after what is not."""
    for spec in command.specs:
        assert spec.help.endswith("."), spec.name
        assert spec.kind in (str, int, bool, tuple, Secret)
        assert spec.label
        assert not (spec.is_positional and spec.kind is Secret)
    assert dataclasses.is_dataclass(command.args)
    assert command.args.__dataclass_params__.frozen  # type: ignore[attr-defined]


@commands
def test_every_command_answers_to_an_empty_selection(command: Command) -> None:
    """Its gatherer gives arguments that it has, or says in words why it cannot be used."""
    found = command.gather(Context(workspace=Workspace()))
    if isinstance(found, Disabled):
        assert found.reason.endswith(".")
    else:
        assert found.keys() <= {spec.name for spec in command.specs}


@pytest.mark.parametrize("pane", PANES)
def test_no_key_means_two_things(pane: str) -> None:
    """Neither among commands nor between them and the screen's own verbs."""
    keys = Counter(
        key for entry in (*_entries(), *VIEW_ENTRIES) if not entry.panes or pane in entry.panes for key in entry.keys
    )
    assert [key for key, count in keys.items() if count > 1] == []


def _entries() -> tuple[Entry, ...]:
    return tuple(entry for entry in all_entries() if entry not in VIEW_ENTRIES)


@pytest.mark.parametrize("entry", all_entries(), ids=lambda entry: entry.id)
def test_keys_that_every_terminal_sends(entry: Entry) -> None:
    """Letters, F-keys, ctrl and a letter; nothing that arrives as another key."""
    assert entry.help.endswith(".")
    assert set(entry.panes) <= set(PANES)
    for key in entry.keys:
        assert _PLAIN_KEY.fullmatch(key), key
        assert key not in _NEVER


def test_sending_has_the_two_keys() -> None:
    """One for terminals that eat the other."""
    assert REGISTRY["action.send"].keys == ("ctrl+j", "f5")


@commands
def test_commands_take_workbench_and_args(command: Command) -> None:
    """One async function, called with exactly these two."""
    assert inspect.iscoroutinefunction(command.function)
    assert len(inspect.signature(command.function).parameters) == 2


def test_the_grammar_is_the_issues() -> None:
    """The nouns and verbs that were promised; more may come, none may go."""
    promised = {
        "vault": "info passphrase check compact backup export import salvage",
        "object": "list show create describe archive restore",
        "attribute": "add describe archive restore",
        "record": "list show put delete",
        "action": "list show create render send",
        "token": "list add remove",
        "mapping": "show set suggest preview apply",
        "run": "list show",
    }
    wanted = {f"{noun}.{verb}" for noun, verbs in promised.items() for verb in verbs.split()} | {"undo"}
    assert wanted <= set(REGISTRY)
    parser = grammar.build("1")
    parsed = parser.parse_args(["--vault", "v", "--passphrase-file", "p", "--json", "vault", "init", "--sample"])
    assert (parsed.vault, parsed.passphrase_file, parsed.json, parsed.sample) == ("v", "p", True, True)
    assert parser.parse_args(["demo-api", "--port", "7"]).port == 7
    assert parser.parse_args(["demo"]).noun == "demo"
    assert parser.parse_args(["run", "show", "r", "--body"]).body
    assert parser.parse_args(["action", "send", "A", "--input", "a=1", "--input", "b=2", "--yes", "--mock"]).yes


def test_no_secret_is_an_argument() -> None:
    """Passphrases and token values have no option and no place on the command line."""
    secrets = [(c, spec) for c in REGISTRY.values() for spec in c.specs if spec.kind is Secret]
    tokens = {f"token.{verb}" for verb in ("add", "basic", "client", "dynamic", "secret", "value")}
    assert {command.id for command, _ in secrets} == {
        *tokens,
        "vault.passphrase",
        "vault.remember",
        "vault.salvage",
        "action.import-curl",
        "schema.diff",
    }
    parser = grammar.build("1")
    for command, spec in secrets:
        required = {
            spec.name for spec in command.specs if spec.is_required and spec.kind is str and not spec.is_positional
        }
        given = ["x"] * sum(spec.is_positional for spec in command.specs)
        given += [word for name in sorted(required) for word in (f"--{name.replace('_', '-')}", "x")]
        assert not hasattr(parser.parse_args([*command.words, *given]), spec.name)
