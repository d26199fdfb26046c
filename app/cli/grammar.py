"""The shell grammar, made from the command registry.

`actionbench [--vault FILE] [--passphrase-file FILE | --passphrase-fd N | --keyring] [--json] NOUN VERB …`
"""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from app.cli import output
from app.commands import lookup
from app.commands.registry import REGISTRY, ArgSpec, Command
from app.domain.secret import Secret
from app.errors import UsageError

NOUNS = {
    "vault": "the sealed file",
    "object": "custom and standard objects",
    "attribute": "attributes of an object",
    "record": "records of an object",
    "action": "custom actions: build, render, send",
    "schema": "all objects together: limits, problems, drawing, differences",
    "environment": "named variables for the system that actions call",
    "sample": "responses that MOCK answers with",
    "token": "tokens that actions send",
    "mapping": "from a response to records",
    "run": "what was sent and what came",
    "undo": "take back the newest change",
    "redo": "do again what undo took back last",
    "demo": "the workbench on a throw-away sample vault, with the demo API beside it",
    "demo-api": "the demo API alone, on this machine",
}
ALSO = {"filter": ("--where",)}
"""Other words for an option, which people try who know other tools."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaints are UsageErrors, so that every error leaves by one door."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Raise instead of exiting."""
        groups = self._subparsers._group_actions if self._subparsers else []
        listed = "".join(f"\n{each.metavar}: {', '.join(each.choices or ())}" for each in groups)
        raise UsageError(f"{message}\n{self.format_usage().strip()}{listed if 'required' in message else ''}")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """As argparse does, with the nearest word that there is instead of all of them."""
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        hint = lookup.hint(str(value), known, f"choose from {', '.join(known)}")
        raise argparse.ArgumentError(action, f"invalid choice: {value!r}; {hint}")

    def _print_message(self, message: str, file: object = None) -> None:
        """Help is a result like any other: argparse would drop it where it cannot be written."""
        output.put(message)


def build(version: str) -> Parser:
    """The whole grammar."""
    parser = Parser(
        prog="actionbench",
        description="A terminal workbench for Intercom's Custom Objects and Custom Actions. "
        "Without a noun it opens the workbench on the vault.",
    )
    parser.add_argument("--version", action="version", version=f"actionbench {version}")
    _add_globals(parser)
    nouns = parser.add_subparsers(dest="noun", metavar="NOUN", parser_class=Parser)
    verbs: dict[str, argparse._SubParsersAction[Parser]] = {}
    for noun, help in NOUNS.items():
        sub = nouns.add_parser(noun, help=help, description=help.capitalize() + ".")
        if noun in REGISTRY:
            _add_command(sub, REGISTRY[noun])
            if any(command.words[0] == noun for command in REGISTRY.values() if len(command.words) == 2):
                verbs[noun] = sub.add_subparsers(dest="verb", metavar="VERB", parser_class=Parser)
        elif noun == "demo-api":
            _add_port(sub)
        elif noun != "demo":
            verbs[noun] = sub.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    for command in REGISTRY.values():
        if len(command.words) == 2 and command.words[0] in verbs:
            name = command.words[1]
            sub = verbs[command.words[0]].add_parser(name, help=command.help, description=command.help)
            _add_command(sub, command)
    _add_init(verbs["vault"])
    verbs["vault"].add_parser("exec").set_defaults(command="vault.exec")  # for programs, so without a line of help
    return parser


def _add_globals(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vault", metavar="FILE", help="the vault; else ACTIONBENCH_VAULT, else your data folder")
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        help="holds the passphrase; else ACTIONBENCH_PASSPHRASE_FILE, else a prompt",
    )
    parser.add_argument("--passphrase-fd", metavar="N", type=int, help="an open descriptor that gives the passphrase")
    parser.add_argument(
        "--keyring",
        action="store_true",
        help="ask the system keyring for the passphrase, if none is given; else when ACTIONBENCH_KEYRING=1",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document on stdout")


def _add_command(parser: Parser, command: Command) -> None:
    for spec in command.specs:
        _add_argument(parser, spec)
    if command.confirms:
        parser.add_argument("--yes", action="store_true", help="do not ask before changing another system")
    if command.demands:
        help = "the host, typed out, instead of --yes where the environment is production"
        parser.add_argument("--yes-host", metavar="HOST", help=help)
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document")
    parser.set_defaults(command=command.id)


def _add_argument(parser: Parser, spec: ArgSpec) -> None:
    choices = spec.choices.split("|") if "|" in spec.choices else None
    if spec.kind is Secret:
        return  # read from stdin or a prompt, never from the command line
    if spec.kind is bool:
        parser.add_argument(spec.option, dest=spec.name, action="store_true", help=spec.help)
    elif spec.kind is tuple and spec.is_positional:
        parser.add_argument(spec.name, nargs="*", metavar=metavar(spec), help=spec.help)
    elif spec.kind is tuple:
        parser.add_argument(spec.option, dest=spec.name, action="append", metavar=metavar(spec), help=spec.help)
    elif spec.is_positional:
        parser.add_argument(spec.name, metavar=metavar(spec), choices=choices, help=spec.help)
    else:
        parser.add_argument(
            spec.option,
            *ALSO.get(spec.name, ()),
            dest=spec.name,
            type=spec.kind,
            default=spec.default,
            required=spec.is_required,
            choices=choices,
            metavar=None if choices else metavar(spec),
            help=spec.help,
        )


def metavar(spec: ArgSpec) -> str:
    """What stands for an argument's value in the help, and in the README's grammar."""
    return "N" if spec.kind is int else spec.name.rstrip("_").upper()


def _add_port(parser: Parser) -> None:
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")


def _add_init(verbs: argparse._SubParsersAction[Parser]) -> None:
    help = "Create the vault; with --sample, filled with the sample workspace."
    parser = verbs.add_parser("init", help=help, description=help)
    parser.add_argument("--sample", action="store_true", help="fill it with the sample workspace")
    parser.add_argument("--base-url", default="http://127.0.0.1:8765", help="the API that the sample's actions call")
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document")
    parser.set_defaults(command="vault.init")


def arguments(command: Command, parsed: argparse.Namespace) -> dict[str, object]:
    """The values of a command's Args from what was parsed; secrets are not among them."""
    values: dict[str, object] = {}
    for spec in command.specs:
        if spec.kind is not Secret:
            value = getattr(parsed, spec.name)
            values[spec.name] = value if spec.kind is not tuple or value is None else tuple(value)
            if value is None and spec.default is not None:
                values[spec.name] = spec.default
    return values
