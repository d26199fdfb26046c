"""The vault itself: what it is, and its passphrase."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.registry import NoArgs, Result, arg, command
from app.commands.run_lines import size_words
from app.commands.tabular import fields
from app.domain.secret import Secret
from app.errors import InvalidInput, VaultError
from app.workbench import Workbench

if TYPE_CHECKING:
    from app.store.kdf import Kdf


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassphrase:
    passphrase: Secret = arg("The new passphrase.")
    again: Secret = arg("The new passphrase once more, since nobody sees what is typed.")


@command("vault.info", NoArgs, title="About this vault", only_reads=True)
async def vault_info(workbench: Workbench, _: NoArgs) -> Result:
    """Show the vault's format, the cost of its key on this machine, sizes and limits."""
    info = workbench.vault.store.info()
    kdf_seconds = await asyncio.to_thread(_time_of_kdf, workbench.vault.store.keys.header.kdf)
    note = workbench.vault.store.note()
    failure = workbench.vault.store.compaction_failure
    workspace = workbench.workspace
    settings = workspace.settings
    counters = {
        "objects": len(workspace.active_objects),
        "object_limit": settings.object_limit,
        "records": workbench.records.count_custom(workspace),
        "record_limit": settings.record_limit,
        "actions": len(workspace.actions),
        "tokens": len(workspace.tokens),
    }
    store: list[tuple[str, object]] = [
        ("file", str(info.path)),
        ("format", f"TDX{info.format_version}, generation {info.generation}, {info.frames:,} frames"),
        ("key", f"{info.kdf}: {kdf_seconds:.2f} s here"),
        ("sealed with", info.aead),
        ("size", f"{size_words(info.total_bytes)}, of which {size_words(info.live_bytes)} is in use"),
        ("closed", _closed_words(info.closed_at)),
        ("last seen", note),
        *((("tidied up", str(failure)),) if failure else ()),
        ("undo", workbench.vault.undo_title() or "nothing"),
        ("objects", f"{counters['objects']} of {counters['object_limit']}"),
        ("records", f"{counters['records']:,} of {counters['record_limit']:,}"),
        ("actions", counters["actions"]),
        ("tokens", counters["tokens"]),
    ]
    return Result(
        data={"store": info, "kdf_seconds": round(kdf_seconds, 3), "note": note, "counters": counters}
        | ({"compaction_failure": str(failure)} if failure else {}),
        lines=fields(store),
    )


def _time_of_kdf(kdf: Kdf) -> float:
    """What one opening pays for its key on this machine."""
    started = time.monotonic()
    kdf.root("any", bytes(32))
    return time.monotonic() - started


def _closed_words(closed_at: float | None) -> str:
    if closed_at is None:
        return "not in order: it is in use, or its last program was stopped; everything saved is there"
    return f"in order on {datetime.fromtimestamp(closed_at).astimezone():%Y-%m-%d at %H:%M:%S}"


@command("vault.passphrase", NewPassphrase, title="Change passphrase", asks=True)
async def change_passphrase(workbench: Workbench, args: NewPassphrase) -> Result:
    """Change the passphrase: a new salt, a new data key, the whole file rewritten."""
    from app.store import keychain

    if not args.passphrase:
        raise InvalidInput("An empty passphrase protects nothing; type one.")
    if args.passphrase != args.again:
        raise InvalidInput("The two differ; type the new passphrase twice.")
    store = workbench.vault.store
    await asyncio.shield(asyncio.to_thread(store.change_passphrase, args.passphrase.reveal()))
    old_copy = store.path.with_name(f"{store.path.name}.bak")
    removed = await asyncio.to_thread(_remove, old_copy)
    kept = await asyncio.to_thread(keychain.follow, store.keys.header.file_id.hex(), args.passphrase)
    return Result(
        message="The passphrase is changed, with a new salt and a new data key."
        " Copies of the file made before, backups too, still open with the old one: delete them."
        + (f" {old_copy.name} was one, and is removed." if removed else "")
        + (f" {kept}" if kept else ""),
        data={"generation": store.info().generation, "removed": [str(old_copy)] if removed else []},
    )


def _remove(path: Path) -> bool:
    """Remove an older copy that stands beside the vault; whether there was one."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise VaultError(
            f"The passphrase is changed, but {path.name}, which opens with the old one, cannot be removed:"
            f" {error.strerror}. Remove it yourself."
        ) from error
    return True
