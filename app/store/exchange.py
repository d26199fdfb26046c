"""A vault's documents out to plain JSON and back: what an export hides, and what an import would change.

No token leaves; an import is planned whole before anything is written, and every document that does not fit is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.domain import changes as tables
from app.domain.changes import Change, Changes, Entity
from app.domain.integrity import definition_problems, record_problems
from app.domain.record import Record
from app.domain.secret import Secret
from app.domain.token import Token, TokenRequest
from app.domain.workspace import Workspace
from app.errors import InvalidInput, VaultDamaged
from app.store import collector, migrations, plain
from app.store.codec import from_document
from app.store.inspection import INTERNAL_TABLES
from app.store.operations import key_of

if TYPE_CHECKING:
    import os

    from app.store.documents import Document
    from app.store.sealed import SealedStore
    from app.store.vault import Vault

TOKEN_MARKER = "(token: not exported)"  # noqa: S105 - stands in the place of one
SHOWN = 20
_KEPT_APART = (tables.COMMITS, tables.UNDONE, "undo", tables.GRANTS, tables.COOKIES)
"""What only this vault needs, and what would open the other system to whoever has the file."""


def export(store: SealedStore, target: str | os.PathLike[str]) -> int:
    """Write every document but those of undo to a new plain file, tokens replaced; how many documents."""
    empty = (table for table in store.tables() if not store.count(table))  # left by undo, and holding nothing
    return plain.export_json(store, target, replace=_shown, leave_out=(*_KEPT_APART, *empty))


def _shown(table: str, _key: int, document: Document) -> Document:
    """A document as it may leave: of a token neither its value nor what it is fetched with."""
    if table != tables.TOKENS:
        return document
    request = document.get("request")
    if not isinstance(request, dict):
        return {**document, "value": TOKEN_MARKER}
    secrets = dict.fromkeys(request.get("secrets", {}), TOKEN_MARKER)
    return {**document, "value": TOKEN_MARKER, "request": {**request, "secrets": secrets}}


def _with_secrets(here: TokenRequest | None, after: TokenRequest | None) -> TokenRequest | None:
    """A dynamic token's request with the secrets that are here in the place of those left out."""
    if after is None:
        return None
    known = here.secrets if here else {}
    kept = {name: known.get(name, Secret("")) if s == Secret(TOKEN_MARKER) else s for name, s in after.secrets.items()}
    return replace(after, secrets=MappingProxyType(kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do."""

    changes: Changes
    counts: Mapping[str, Mapping[str, int]]
    """By table: how many documents are new, changed, same."""
    skipped: tuple[str, ...]
    """Tables that are the vault's own business."""
    tokens_without_value: tuple[str, ...]
    """Names of new tokens whose text an export has left out."""

    def total(self, verdict: str) -> int:
        """How many documents have a verdict, in all tables."""
        return sum(each.get(verdict, 0) for each in self.counts.values())


def plan(vault: Vault, workspace: Workspace, source: Path) -> ImportPlan:
    """Read a file that TinyDB wrote; InvalidInput names every document that cannot be taken."""
    with collector.paused():  # a hundred thousand documents, records and changes, and no cycle among them
        return _plan(vault, workspace, source)


def _plan(vault: Vault, workspace: Workspace, source: Path) -> ImportPlan:
    found = plain.read_tables(source)
    _check_version(found.get(migrations.META, {}))
    planner = _Planner(vault)
    for table, rows in found.items():
        if table not in INTERNAL_TABLES:
            planner.take(table, rows)
    planner.check(workspace)
    return ImportPlan(
        changes=Changes.of(f"Import {source.name}", planner.changes),
        counts=planner.counts,
        skipped=tuple(table for table in found if table in INTERNAL_TABLES),
        tokens_without_value=tuple(planner.empty_tokens),
    )


def _check_version(rows: Mapping[str, Document]) -> None:
    versions = [row.get("documents_version") for row in rows.values()]
    if any(isinstance(version, int) and version > migrations.DOCUMENTS_VERSION for version in versions):
        raise InvalidInput("The file was exported by a newer version of the program. Update this one, then try again.")


class _Planner:
    """Collects changes and problems, table by table."""

    def __init__(self, vault: Vault) -> None:
        self.changes: list[Change] = []
        self.counts: dict[str, dict[str, int]] = {}
        self.empty_tokens: list[str] = []
        self._store = vault.store
        self._problems: list[str] = []

    def take(self, table: str, rows: Mapping[str, Document]) -> None:
        """Compare the documents of one table with those of the vault."""
        counts = Counter({"new": 0, "changed": 0, "same": 0})
        for text, document in rows.items():
            change = self._change(table, text, document)
            if change is not None:
                verdict = "new" if change.before is None else "changed" if change.before != change.after else "same"
                counts[verdict] += 1
                self.changes.append(change)
        self.counts[table] = dict(counts)

    def _change(self, table: str, text: str, document: Document) -> Change | None:
        number = key_of(text)
        if not isinstance(number, int):
            self._problems.append(f'Document "{text}" of the table {table}: its id is not a whole number.')
            return None
        try:
            after = from_document(table, number, document)
        except VaultDamaged as error:
            words = str(error).replace("It was written by another program; correct it there", "Correct it in the file")
            self._problems.append(words)
            return None
        try:
            before = self._before(table, number)
        except VaultDamaged as error:  # undo could not bring it back
            self._problems.append(f"In the vault: {error}")
            return None
        return Change(table, number, before, self._with_value(before, after))

    def _before(self, table: str, number: int) -> Entity | None:
        document = self._store.get(table, number)
        return None if document is None else from_document(table, number, document)

    def _with_value(self, before: Entity | None, after: Entity) -> Entity:
        """A token without its text keeps the one that is here; a new one is empty, and said to be."""
        if not isinstance(after, Token) or after.value != Secret(TOKEN_MARKER):
            return after
        here = before if isinstance(before, Token) else replace(after, value=Secret(""), request=None)
        if before is None:
            self.empty_tokens.append(after.name)
        return replace(after, value=here.value, request=_with_secrets(here.request, after.request))

    def check(self, workspace: Workspace) -> None:
        """Refuse what the rules of the domain refuse, and was not so before."""
        if not self._problems:
            after = workspace.applied(Changes("", tuple(self.changes)))
            known = set(map(str, definition_problems(workspace)))
            empty = {f"the token {name}" for name in self.empty_tokens}
            self._problems += [
                f"{problem}."
                for problem in definition_problems(after)
                if str(problem) not in known and problem.path not in empty
            ]
            self._problems += self._record_problems(after)
        if self._problems:
            more = len(self._problems) - SHOWN
            rest = [f"And {more:,} more of the kind."] if more > 0 else []
            raise InvalidInput([*self._problems[:SHOWN], *rest, "Nothing was imported."])

    def _record_problems(self, workspace: Workspace) -> Iterator[str]:
        new = Counter(item.table for item in self.changes if item.before is None)
        for item in self.changes:
            if isinstance(item.after, Record) and item.after != item.before:
                kind = workspace.type_named(item.after.type_name)
                where = f"Document {item.number} of the table {item.table}"
                if kind is None:
                    yield f'{where}: there is no object "{item.after.type_name}".'
                else:
                    yield from (f"{where}: {problem}." for problem in record_problems(kind, item.after))
        named = [tables.record_table(kind.name) for kind in workspace.active_objects]
        count = sum(self._store.count(table) + new[table] for table in named)
        limit = workspace.settings.record_limit
        if count > limit and any(new[table] for table in named):
            yield f"There would be {count:,} records, and {limit:,} are allowed."
