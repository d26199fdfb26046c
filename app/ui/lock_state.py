"""What a locked screen comes back to, sealed with the vault's key while it is locked.

Selection and dialog hold names and what was typed, so they may not wait in clear: without the passphrase nobody reads
them, not even this program. After a change of the passphrase elsewhere nobody does at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from app.commands.context import Context
from app.domain.secret import Secret
from app.domain.workspace import Workspace
from app.ui.selection import Kind, Selection

if TYPE_CHECKING:
    from app.store.crypto import VaultKeys

_SECRET = "secret"  # noqa: S105 - marks one


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """A dialog that was being filled in."""

    command: str
    context: Mapping[str, object]
    """The selection that it was opened on, without the workspace."""
    given: Mapping[str, object]
    """What its rows held."""

    @classmethod
    def of(cls, command: str, context: Context, given: Mapping[str, object]) -> Dialog:
        """As it stands."""
        plain = {each.name: getattr(context, each.name) for each in fields(context) if each.name != "workspace"}
        return cls(command=command, context=plain, given=given)

    def context_in(self, workspace: Workspace) -> Context:
        """The same selection in the workspace of now."""
        return Context(workspace=workspace, **self.context)  # type: ignore[arg-type]  # as `of` took them apart


@dataclass(frozen=True, slots=True, kw_only=True)
class LockState:
    """Where the person was, and what is to be said when they are back."""

    selection: Selection
    pane: str
    is_raw: bool
    said: tuple[str, ...] = ()
    dialog: Dialog | None = None

    def seal(self, keys: VaultKeys) -> bytes:
        """Bytes that only the vault's key opens."""
        dialog = self.dialog
        return keys.seal_aside(
            json.dumps(
                {
                    "selection": [self.selection.kind.value, self.selection.name],
                    "pane": self.pane,
                    "is_raw": self.is_raw,
                    "said": self.said,
                    "dialog": dialog and [dialog.command, dict(dialog.context), _packed(dialog.given)],
                }
            ).encode()
        )

    @classmethod
    def unseal(cls, sealed: bytes, keys: VaultKeys) -> LockState | None:
        """What was sealed; None when the vault has another key by now."""
        plain = keys.open_aside(sealed)
        if plain is None:
            return None
        found = json.loads(plain)
        kind, name = found["selection"]
        return cls(
            selection=Selection(Kind(kind), name),
            pane=found["pane"],
            is_raw=found["is_raw"],
            said=tuple(found["said"]),
            dialog=_dialog(*found["dialog"]) if found["dialog"] else None,
        )


def _dialog(command: str, context: Mapping[str, object], given: Mapping[str, object]) -> Dialog:
    return Dialog(command=command, context=_unpacked(context), given=_unpacked(given))


def _packed(given: Mapping[str, object]) -> dict[str, object]:
    return {name: {_SECRET: each.reveal()} if isinstance(each, Secret) else each for name, each in given.items()}


def _unpacked(found: Mapping[str, object]) -> dict[str, object]:
    return {name: _value(each) for name, each in found.items()}


def _value(found: object) -> object:
    if isinstance(found, list):
        return tuple(found)
    return Secret(str(found[_SECRET])) if isinstance(found, dict) else found
