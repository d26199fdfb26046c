"""The passphrase in the system's keyring: only on request, and only after it was seen to open this vault."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.commands.registry import NoArgs, Result, arg, command
from app.domain.secret import Secret
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    current: Secret = arg("The passphrase that opens this vault now.")


@command("vault.remember", Current, title="Keep passphrase in keyring", asks=True, only_reads=True)
async def remember(workbench: Workbench, args: Current) -> Result:
    """Keep the vault's passphrase in the system keyring, where --keyring and ACTIONBENCH_KEYRING=1 find it."""
    from app.store import keychain

    keys = workbench.vault.store.keys
    if not await asyncio.to_thread(keys.is_opened_by, args.current.reveal()):
        raise InvalidInput("That passphrase does not open this vault. Nothing was kept.")
    name = await asyncio.to_thread(keychain.save, keys.header.file_id.hex(), args.current)
    return Result(
        message=f"The passphrase is kept in the system keyring ({name}). It is asked for with --keyring or"
        " ACTIONBENCH_KEYRING=1 only; vault forget removes it.",
        data={"keyring": name, "kept": True},
    )


@command("vault.forget", NoArgs, title="Remove passphrase from keyring", only_reads=True)
async def forget(workbench: Workbench, _: NoArgs) -> Result:
    """Remove the vault's passphrase from the system keyring; needs no passphrase."""
    return await asyncio.to_thread(forget_kept, workbench.vault.store.path)


def forget_kept(path: Path) -> Result:
    """The removal itself: it needs no vault that opens."""
    from app.store import keychain

    was_there = keychain.forget(keychain.id_of(path))
    outcome = "The passphrase is removed from" if was_there else "There was no passphrase of this vault in"
    return Result(message=f"{outcome} the system keyring.", data={"kept": False, "removed": was_there})
