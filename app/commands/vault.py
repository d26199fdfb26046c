"""The vault itself: what it is, and its passphrase."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from app.commands.registry import NoArgs, Result, arg, command
from app.commands.run_lines import size_words
from app.commands.tabular import fields
from app.domain.secret import Secret
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassphrase:
    passphrase: Secret = arg("The new passphrase.")


@command("vault.info", NoArgs, title="About this vault")
async def vault_info(workbench: Workbench, _: NoArgs) -> Result:
    """Show the vault's format, sizes and limits."""
    info = workbench.vault.store.info()
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
        ("key", info.kdf),
        ("sealed with", info.aead),
        ("size", f"{size_words(info.total_bytes)}, of which {size_words(info.live_bytes)} is in use"),
        ("undo", workbench.vault.undo_title() or "nothing"),
        ("objects", f"{counters['objects']} of {counters['object_limit']}"),
        ("records", f"{counters['records']:,} of {counters['record_limit']:,}"),
        ("actions", counters["actions"]),
        ("tokens", counters["tokens"]),
    ]
    return Result(data={"store": info, "counters": counters}, lines=fields(store))


@command("vault.passphrase", NewPassphrase, title="Change passphrase", asks=True)
async def change_passphrase(workbench: Workbench, args: NewPassphrase) -> Result:
    """Change the passphrase: a new salt, a new data key, the whole file rewritten."""
    if not args.passphrase:
        raise InvalidInput("An empty passphrase protects nothing; type one.")
    await asyncio.shield(asyncio.to_thread(workbench.vault.store.change_passphrase, args.passphrase.reveal()))
    return Result(
        message="The passphrase is changed. Copies of the file made before still open with the old one: delete them."
    )
