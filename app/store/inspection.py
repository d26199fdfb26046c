"""Every document of a vault against the rules of the domain: shape, names, limits, both ends of every reference.

Nothing here stops at the first finding, and a document that cannot be read is a finding like any other.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.domain import changes as tables
from app.domain.changes import Entity
from app.domain.datatypes import DataType
from app.domain.identifiers import RunId
from app.domain.integrity import definition_notes, definition_problems, record_problems
from app.domain.problems import Problem
from app.domain.record import Record
from app.domain.run import BodyPart, Run
from app.domain.schema import EXTERNAL_ID, RecordType
from app.domain.settings import SETTINGS_NUMBER, Settings
from app.domain.workspace import Workspace, standard_types
from app.errors import VaultDamaged
from app.store import collector, history, migrations
from app.store.codec import from_document, is_known

if TYPE_CHECKING:
    from app.store.sealed import SealedStore

INTERNAL_TABLES = (migrations.META, tables.COMMITS, tables.UNDONE, history.UNDO)
SHOWN = 200
"""Findings that are kept in words; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What an inspection has found."""

    documents: int
    problem_count: int
    problems: tuple[str, ...]
    """The first SHOWN of them, each one sentence."""
    notes: tuple[str, ...]
    """Worth knowing, and allowed."""
    seconds: float


def inspect(store: SealedStore) -> Inspection:
    """Look at every document; takes time in proportion to the vault."""
    started = time.monotonic()
    inspector = Inspector(store)
    with collector.paused():
        inspector.run()
    return Inspection(
        documents=inspector.documents,
        problem_count=inspector.count,
        problems=tuple(map(str, inspector.problems)),
        notes=tuple(inspector.notes),
        seconds=time.monotonic() - started,
    )


@dataclass(slots=True)
class _Links:
    """The ends of references, gathered while records are read and matched afterwards."""

    keys: dict[str, set[str]] = field(default_factory=dict)
    """By type: what its records can be referred to by."""
    wanted: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    """By type, attribute and target: the ids that its records refer to."""
    runs: set[RunId] = field(default_factory=set)
    """Runs that records name as their source."""


class Inspector:
    """One inspection of one store."""

    def __init__(self, store: SealedStore) -> None:
        self.documents = 0
        self.count = 0
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self._store = store
        self._links = _Links()

    def run(self) -> None:
        """Definitions, then records, then runs and bodies, then what undo keeps."""
        workspace = self._workspace()
        for problem in definition_problems(workspace):
            self._add(problem)
        self.notes += map(str, definition_notes(workspace))
        for table in self._store.tables():
            if table.startswith(tables.RECORD_TABLE_PREFIX):
                self._records(workspace, table)
            elif table not in INTERNAL_TABLES and not is_known(table):
                self.documents += self._store.count(table)
                self.notes.append(f'the table "{table}" is not the workbench\'s; it is left as it is')
        self._record_limit(workspace)
        self._references()
        self._runs()
        self._undo()

    def _add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.problems) < SHOWN:
            self.problems.append(problem)

    def _entities(self, table: str) -> Iterator[tuple[int, Entity]]:
        """The documents of a table that can be read; a finding for each that cannot."""
        for number, document in self._store.scan(table):
            self.documents += 1
            try:
                yield number, from_document(table, number, document)
            except VaultDamaged as error:
                self._add(Problem("", str(error)))

    def _workspace(self) -> Workspace:
        found = {table: dict(self._entities(table)) for table in tables.DEFINITION_TABLES}
        settings = found.pop(tables.SETTINGS).get(SETTINGS_NUMBER)
        found[tables.STANDARDS] = standard_types() | found[tables.STANDARDS]
        return Workspace(
            settings=settings if isinstance(settings, Settings) else Settings(),
            **{table: MappingProxyType(rows) for table, rows in found.items()},  # type: ignore[arg-type]  # by table
        )

    def _records(self, workspace: Workspace, table: str) -> None:
        name = table.removeprefix(tables.RECORD_TABLE_PREFIX)
        kind = workspace.type_named(name)
        if kind is None and self._store.count(table):
            self._add(Problem(f"the table {table}", f'holds records and there is no object "{name}"'))
        seen: Counter[str] = Counter()
        for number, record in self._entities(table):
            assert isinstance(record, Record)
            seen[record.external_id] += 1
            if kind is not None:
                for problem in record_problems(kind, record):
                    self._add(Problem(f"document {number} of the table {table}", str(problem)))
                self._gather(kind, record)
        for key, count in seen.items():
            if key and count > 1:
                self._add(Problem(f"the table {table}", f'{count} records have the {EXTERNAL_ID} "{key}"'))

    def _gather(self, kind: RecordType, record: Record) -> None:
        links = self._links
        keys = links.keys.setdefault(kind.name, set())
        keys.update(str(record.values[key]) for key in kind.keys if record.values.get(key))
        for attribute in kind.attributes:
            value = record.values.get(attribute.name)
            if attribute.data_type is DataType.REFERENCE and value:
                ids = value if isinstance(value, tuple) else (str(value),)
                links.wanted.setdefault((kind.name, attribute.name, attribute.target), set()).update(ids)
        if record.run_id:
            links.runs.add(record.run_id)

    def _record_limit(self, workspace: Workspace) -> None:
        count = sum(self._store.count(tables.record_table(kind.name)) for kind in workspace.active_objects)
        limit = workspace.settings.record_limit
        if count > limit:
            self._add(Problem("records", f"{count:,} are kept and {limit:,} are allowed; delete some"))

    def _references(self) -> None:
        for (name, attribute, target), wanted in self._links.wanted.items():
            absent = len(wanted - self._links.keys.get(target, set()))
            if absent:
                self.notes.append(
                    f"{name}.{attribute}: {absent:,} ids are not in {target}; they link up once those records exist"
                )

    def _runs(self) -> None:
        parts = {number: part for number, part in self._entities(tables.BODIES) if isinstance(part, BodyPart)}
        runs: set[RunId] = set()
        used: set[int] = set()
        for number, run in self._entities(tables.RUNS):
            assert isinstance(run, Run)
            runs.add(run.id)
            used.update(run.body_ids)
            bad = [each for each in run.body_ids if each not in parts or parts[each].run_id != run.id]
            if bad:
                where = f"document {number} of the table {tables.RUNS}"
                self._add(Problem(where, f"{len(bad)} of {len(run.body_ids)} parts of its response's body are missing"))
        for number in parts.keys() - used:
            self._add(Problem(f"document {number} of the table {tables.BODIES}", "belongs to no run"))
        if lost := len(self._links.runs - runs):
            self.notes.append(f"{lost:,} runs that records came from are not kept any more")

    def _undo(self) -> None:
        used: set[int] = set()
        steps = [(table, number) for table in (tables.COMMITS, tables.UNDONE) for number in self._store.ids(table)]
        for table, number in steps:
            self.documents += 1
            try:
                used.update(history.check(self._store, number, steps=table))
            except VaultDamaged as error:
                self._add(Problem("", str(error)))
        left = set(self._store.ids(history.UNDO))
        self.documents += len(left) + self._store.count(migrations.META)
        for number in left - used:
            self._add(Problem(f"document {number} of the table {history.UNDO}", "belongs to no step of undo or redo"))
