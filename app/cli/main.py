"""From argv to an exit code."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from app.cli import grammar, output, passphrase
from app.commands import load_all
from app.commands.registry import REGISTRY, Command, Result
from app.domain.secret import Secret
from app.errors import InvalidInput, VaultError, WorkbenchError

if TYPE_CHECKING:
    from app.store.vault import Vault
    from app.workbench import Workbench

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    signal.signal(signal.SIGTERM, _terminate)
    try:
        load_all()
        return _run(grammar.build(_version()).parse_args(arguments))
    except WorkbenchError as error:
        return output.print_error(error, as_json=as_json)
    except (KeyboardInterrupt, EOFError):
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _version() -> str:
    try:
        return version("actionbench")
    except PackageNotFoundError:
        return "(from source)"


def _terminate(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)


def vault_path(option: str | None) -> Path:
    """The vault: the option, else the environment, else the platform's data folder."""
    name = option or os.environ.get("ACTIONBENCH_VAULT")
    if name:
        return Path(name).expanduser()
    from platformdirs import user_data_path

    return user_data_path("actionbench") / "workspace.tdx"


def _run(parsed: argparse.Namespace) -> int:
    path = vault_path(parsed.vault)
    if parsed.noun is None:
        from app.cli.start import open_workbench

        return open_workbench(path, passphrase.given(parsed.passphrase_file))
    if parsed.noun in ("demo", "demo-api"):
        from app.cli import demo

        return demo.run_demo() if parsed.noun == "demo" else demo.run_api(parsed.port)
    if parsed.command == "vault.init":
        return _init(path, parsed)
    return _run_command(path, parsed, REGISTRY[parsed.command])


def _init(path: Path, parsed: argparse.Namespace) -> int:
    if path.exists():
        raise VaultError(f"{path} exists already. Choose another file with --vault, or remove it yourself.")
    secret = passphrase.given(parsed.passphrase_file) or passphrase.ask_twice("New passphrase")
    from app.cli.start import create_vault

    vault = create_vault(path, secret, base_url=parsed.base_url if parsed.sample else None)
    vault.close()
    filled = " with the sample workspace" if parsed.sample else ""
    data = {"vault": str(path), "sample": bool(parsed.sample)}
    output.print_result(Result(message=f"Created {path}{filled}.", data=data), as_json=parsed.json)
    return 0


def _run_command(path: Path, parsed: argparse.Namespace, command: Command) -> int:
    secret = passphrase.given(parsed.passphrase_file) or passphrase.ask(f"Passphrase for {path.name}: ")
    values = grammar.arguments(command, parsed)
    for spec in command.specs:
        if spec.kind is Secret:
            values[spec.name] = passphrase.value(spec.label, is_new_passphrase=command.id == "vault.passphrase")
    vault = _open(path, secret)
    try:
        result = asyncio.run(_call(vault, path, command, values, has_yes=getattr(parsed, "yes", True)))
    finally:
        vault.close()
    output.print_result(result, as_json=parsed.json)
    return result.exit_code


def _open(path: Path, secret: Secret) -> Vault:
    from app.store.vault import Vault

    if not path.exists():
        raise VaultError(f"There is no vault at {path}. Create one with: actionbench --vault {path} vault init")
    return Vault.open(path, secret.reveal())


async def _call(vault: Vault, path: Path, command: Command, values: dict[str, object], *, has_yes: bool) -> Result:
    from app.workbench import Workbench

    workbench = Workbench(vault, name=path.name)
    args = command.args(**values)
    if command.confirms and not has_yes:
        _confirm(command.confirms(workbench, args))
    return await _finish(workbench, command, args)


async def _finish(workbench: Workbench, command: Command, args: object) -> Result:
    try:
        return await command.function(workbench, args)  # type: ignore[arg-type]  # made by its own Args class
    finally:
        await workbench.idle()


def _confirm(question: str) -> None:
    if not question:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise InvalidInput(f"{question} It was not sent: add --yes to send it without being asked.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if input().strip().lower() not in ("y", "yes"):
        raise InvalidInput("Not sent.")
