"""From argv to an exit code."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from app.cli import bare, output, passphrase, start
from app.domain.secret import Secret
from app.domain.text import visible
from app.errors import InvalidInput, UsageError, VaultError, WorkbenchError

if TYPE_CHECKING:
    import argparse
    from types import SimpleNamespace

    from _typeshed import DataclassInstance

    from app.commands.registry import Command, Result
    from app.store.vault import Vault
    from app.workbench import Workbench

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _watch_signals()
    output.prepare()
    code = 0
    try:
        try:
            code = _guarded(arguments)
        finally:
            output.flush()
    except BrokenPipeError:
        output.abandon()
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        # An error of a disk has been said by now: this is the terminal, gone while it was written to.
        output.abandon()
        return 128 + signal.SIGHUP
    return code


def _guarded(arguments: list[str]) -> int:
    """Run a command line; whatever stops it becomes words and an exit code."""
    as_json = "--json" in arguments
    try:
        line = bare.read(arguments)
        if line is not None:
            return start.open_workbench(vault_path(line.vault), _given(line), has_keyring=line.keyring)
        return _run(_parsed(arguments))
    except WorkbenchError as error:
        return output.print_error(error, as_json=as_json)
    except (KeyboardInterrupt, EOFError):
        return output.print_interrupted(INTERRUPTED, as_json=as_json)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the shell's front door
        return output.print_crash(error, as_json=as_json)


def _parsed(arguments: list[str]) -> argparse.Namespace:
    from app.cli import grammar
    from app.commands import load_all

    load_all()
    return grammar.build(_version()).parse_args(arguments)


def _version() -> str:
    """Of the checkout that this is, else of the package that was installed; both have it from pyproject.toml."""
    import tomllib
    from importlib.metadata import PackageNotFoundError, version

    try:
        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
        if project["name"] == "actionbench":
            return str(project["version"])
    except (OSError, KeyError, ValueError):
        pass
    try:
        return version("actionbench")
    except PackageNotFoundError:
        return "(from source)"


def _watch_signals() -> None:
    """End in order, the vault closed, when told to or when the terminal goes; unless somebody asked to outlive it."""
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _terminate)


def _terminate(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)


def vault_path(option: str | None) -> Path:
    """The vault: the option, else the environment, else the platform's data folder."""
    name = option or os.environ.get("ACTIONBENCH_VAULT")
    if name:
        try:
            return Path(name).expanduser()
        except RuntimeError:
            raise UsageError(f"There is no home folder for {name}. Give the vault's whole path.") from None
    from platformdirs import user_data_path

    return user_data_path("actionbench") / "workspace.tdx"


def _run(parsed: argparse.Namespace) -> int:
    path = vault_path(parsed.vault)
    if parsed.noun is None:
        return start.open_workbench(path, _given(parsed), has_keyring=parsed.keyring)
    if parsed.noun in ("demo", "demo-api"):
        from app.cli import demo

        return demo.run_demo() if parsed.noun == "demo" else demo.run_api(parsed.port)
    if parsed.command == "vault.init":
        return _init(path, parsed)
    if parsed.command == "vault.salvage":
        return _salvage(parsed)
    if parsed.command == "vault.exec":
        return _exec(path, parsed)
    if parsed.command == "vault.forget":
        return _forget(path, parsed)
    from app.commands.registry import REGISTRY

    return _run_command(path, parsed, REGISTRY[parsed.command])


def _given(parsed: argparse.Namespace | SimpleNamespace) -> Secret | None:
    given = (parsed.passphrase_file, parsed.passphrase_fd, parsed.keyring or None)
    if parsed.keyring and sum(each is not None for each in given) > 1:
        raise UsageError("Give --keyring, --passphrase-fd or --passphrase-file, one of them.")
    return None if parsed.keyring else passphrase.given(parsed.passphrase_file, parsed.passphrase_fd)


def _forget(path: Path, parsed: argparse.Namespace) -> int:
    """Without opening the vault: the passphrase may be the one that is not known any more."""
    from app.commands.keyring import forget_kept

    output.print_result(forget_kept(path), as_json=parsed.json)
    return 0


def _salvage(parsed: argparse.Namespace) -> int:
    """Without the vault of the other commands: the one in question is the one that does not open."""
    from app.commands.vault_care import Salvage, salvage_file

    secret = _given(parsed) or passphrase.ask(f"Passphrase for {Path(parsed.file).name}: ")
    output.print_result(salvage_file(Salvage(file=parsed.file, new=parsed.new, passphrase=secret)), as_json=parsed.json)
    return 0


def _init(path: Path, parsed: argparse.Namespace) -> int:
    if start.is_there(path):
        raise VaultError(f"{path} exists already. Choose another file with --vault, or remove it yourself.")
    secret = _given(parsed) or passphrase.ask_twice("New passphrase")
    vault = start.create_vault(path, secret, base_url=parsed.base_url if parsed.sample else None)
    vault.close()
    filled = " with the sample workspace" if parsed.sample else ""
    from app.commands.registry import Result

    data = {"vault": str(path), "sample": bool(parsed.sample)}
    output.print_result(Result(message=f"Created {path}{filled}.", data=data), as_json=parsed.json)
    return 0


def _exec(path: Path, parsed: argparse.Namespace) -> int:
    from app.cli import execute

    secret = _given(parsed) or passphrase.kept(path, is_asked=parsed.keyring)
    if secret is None:
        raise UsageError(
            "Operations come on stdin, so the passphrase cannot. Give it with --passphrase-file or --passphrase-fd."
        )
    vault = start.open_vault(path, secret)
    try:
        return execute.run(vault.store, sys.stdin, lambda answer: output.put(f"{visible(answer)}\n"))
    finally:
        vault.close()


def _run_command(path: Path, parsed: argparse.Namespace, command: Command) -> int:
    if not start.is_there(path):
        raise VaultError(f"There is no vault at {path}. Create one with: actionbench --vault {path} vault init")
    vault, secret = start.unlocked(path, _given(parsed), has_keyring=parsed.keyring, readonly=command.only_reads)
    try:
        result = _call(vault, path, command, parsed, secret)
    finally:
        vault.close()
    output.print_result(result, as_json=parsed.json, is_table=command.words[-1] == "list")
    if news := vault.store.compaction_news():
        output.say(news)
    return result.exit_code


def _call(vault: Vault, path: Path, command: Command, parsed: argparse.Namespace, secret: Secret) -> Result:
    import asyncio

    from app.cli import grammar
    from app.workbench import Workbench

    for remark in vault.store.report.remarks:
        output.say(remark)
    workbench = Workbench(vault, name=path.name)
    values = grammar.arguments(command, parsed)
    for spec in command.specs:
        if spec.name == "again":
            values["again"] = values["passphrase"]  # a prompt has asked twice, and a file need not be asked
        elif spec.name == "current":
            values["current"] = secret  # it has just opened the vault
        elif spec.kind is Secret and spec.is_multiline:
            values[spec.name] = passphrase.whole(spec.help)
        elif spec.name == "other_passphrase":
            values[spec.name] = passphrase.other(parsed.other, parsed.other_passphrase_file)
        elif spec.kind is Secret:
            values[spec.name] = passphrase.value(spec.label, is_new_passphrase=command.id == "vault.passphrase")
    args = command.args(**values)
    if command.confirms:
        from app.commands.registry import question_of

        question = asyncio.run(question_of(command, workbench, args))
        _confirm(question, _demanded(workbench, command, args), parsed)
    return asyncio.run(_finish(workbench, command, args))


async def _finish(workbench: Workbench, command: Command, args: DataclassInstance) -> Result:
    try:
        return await command.function(workbench, args)
    finally:
        await workbench.idle()


def _demanded(workbench: Workbench, command: Command, args: DataclassInstance) -> str:
    return command.demands(workbench, args) if command.demands else ""


def _confirm(question: str, demanded: str, parsed: argparse.Namespace) -> None:
    """Go on only after a yes, or after the demanded text was typed; both may stand on the command line."""
    if not question or (parsed.yes and not demanded) or (demanded and parsed.yes_host == demanded):
        return
    option = f"--yes-host {demanded}" if demanded else "--yes"
    if parsed.yes or sys.stdin is None or not sys.stdin.isatty():
        raise InvalidInput(f"{question} Nothing was done: add {option} to go on without being asked.")
    wanted = f"type {demanded} to go on: " if demanded else "[y/N] "
    output.say(f"{question} {wanted}", end="")
    typed = input().strip()
    if (typed != demanded) if demanded else typed.lower() not in ("y", "yes"):
        raise InvalidInput("Nothing was done.")
