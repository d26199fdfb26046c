"""Reading what is big — records, runs, bodies — a window at a time, never as a whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.domain import changes as tables
from app.domain.identifiers import ActionId, MappingId, RunId, decode
from app.domain.looking import Look
from app.domain.mapping import Rejections
from app.domain.record import Record
from app.domain.run import BodyPart, Run
from app.domain.workspace import Workspace
from app.errors import VaultDamaged
from app.store.arranging import Arrangements, IsCancelled
from app.store.codec import from_document

if TYPE_CHECKING:
    from app.store.sealed import SealedStore

PLAIN = Look()


class Records:
    """The records of the vault, by type."""

    def __init__(self, store: SealedStore) -> None:
        self._store = store
        self._arrangements = Arrangements(store)
        self._by_age: dict[str, tuple[Sequence[int], Sequence[int]]] = {}
        """By table: the store's numbers, and the same in ascending order."""

    def count(self, type_name: str) -> int:
        """How many records a custom or standard object has."""
        return self._store.count(tables.record_table(type_name))

    def count_custom(self, workspace: Workspace) -> int:
        """How many records count against the limit: those of custom objects that are not archived."""
        return sum(self.count(kind.name) for kind in workspace.active_objects)

    def get(self, type_name: str, number: int) -> Record | None:
        """The record of that document number."""
        table = tables.record_table(type_name)
        document = self._store.get(table, number)
        return None if document is None else _record(table, number, document)

    def by_key(self, type_name: str, key: str, value: str) -> Record | None:
        """The record whose attribute `key` equals `value`: the oldest, should a script have made several."""
        table = tables.record_table(type_name)
        self._store.ensure_index(table, f"values.{key}")
        found = self._store.find(table, f"values.{key}", value)
        return self.get(type_name, found[0]) if found else None

    def by_keys(self, type_name: str, key: str, values: Iterable[str]) -> dict[str, Record]:
        """The records whose attribute `key` equals one of `values`, by that value; found by the index alone."""
        table = tables.record_table(type_name)
        if not self._store.count(table):
            return {}
        self._store.ensure_index(table, f"values.{key}")
        found = {}
        for value in values:
            numbers = self._store.find(table, f"values.{key}", value)
            record = self.get(type_name, numbers[0]) if numbers else None
            if record is not None:
                found[value] = record
        return found

    def absent(self, type_name: str, values: Iterable[str]) -> int:
        """How many of these references find no record: by external_id, or a person's e-mail address."""
        table = tables.record_table(type_name)
        wanted = list(values)
        if not self._store.count(table):
            return len(wanted)
        fields = [f"values.{key}" for key in (("external_id", "email") if type_name == "People" else ("external_id",))]
        for name in fields:
            self._store.ensure_index(table, name)
        return sum(not any(self._store.find(table, name, value) for name in fields) for value in wanted)

    def window(self, type_name: str, start: int, size: int, look: Look = PLAIN) -> tuple[Record, ...]:
        """Up to `size` records from position `start`, in the order of a look: without one, as they were made."""
        table = tables.record_table(type_name)
        numbers = self._window_numbers(table, start, size, look)
        found = ((number, self._store.get(table, number)) for number in numbers)
        return tuple(_record(table, number, document) for number, document in found if document is not None)

    def window_of_readable(
        self, type_name: str, start: int, size: int, look: Look = PLAIN
    ) -> tuple[Record | None, ...]:
        """As `window`, with None in the place of a document that another program wrote and that is no record."""
        found: list[Record | None] = []
        table = tables.record_table(type_name)
        for number in self._window_numbers(table, start, size, look):
            try:
                found.append(self.get(type_name, number))
            except VaultDamaged:
                found.append(None)
        return tuple(found)

    def matching(self, type_name: str, look: Look) -> Iterator[Record]:
        """Every record that a look shows, decoded as it is asked for; to be run off the event loop."""
        self.arrange(type_name, look)
        for number in self.numbers(type_name, look):
            record = self.get(type_name, number)
            if record is not None:
                yield record

    def numbers(self, type_name: str, look: Look) -> Sequence[int]:
        """The document numbers of all records that a look shows, in its order."""
        return self._window_numbers(tables.record_table(type_name), 0, self.count_shown(type_name, look), look)

    def count_shown(self, type_name: str, look: Look) -> int:
        """How many records a look shows."""
        if look.is_whole:
            return self.count(type_name)
        table = tables.record_table(type_name)
        made = self._arrangements.made(table, look)
        with self._store.state_lock:
            return len(made)

    def count_matching(self, type_name: str, look: Look, is_cancelled: IsCancelled = lambda: False) -> int:
        """As `count_shown`, for a look that may never be shown; raises `arranging.Cancelled`."""
        return self._arrangements.count(tables.record_table(type_name), look, is_cancelled)

    def is_arranged(self, type_name: str, look: Look) -> bool:
        """Whether a look can be shown at once; else `arrange` it off the event loop first."""
        return look.is_plain or self._arrangements.ready(tables.record_table(type_name), look) is not None

    def arrange(self, type_name: str, look: Look, is_cancelled: IsCancelled = lambda: False) -> None:
        """Make a look ready to be shown; raises `arranging.Cancelled` once it is not wanted any more."""
        if not look.is_plain:
            self._arrangements.made(tables.record_table(type_name), look, is_cancelled)

    def warm(self, type_name: str, keys: Iterable[str], is_cancelled: IsCancelled = lambda: False) -> None:
        """Decode what nobody has looked at and index the keys, so that the first edit finds its record at once."""
        table = tables.record_table(type_name)
        self._arrangements.decode(table, is_cancelled)
        for key in keys:
            self._store.ensure_index(table, f"values.{key}")
            self._store.find(table, f"values.{key}", "")

    def position(self, type_name: str, number: int, look: Look) -> int | None:
        """Where a record stands in a look, or None when it does not show it."""
        table = tables.record_table(type_name)
        if look.is_plain:
            ordered = self._numbers(table)
            at = bisect_left(ordered, number)
            return at if at < len(ordered) and ordered[at] == number else None
        document = self._store.get(table, number)
        if document is None:
            return None
        made = self._arrangements.made(table, look)
        with self._store.state_lock:
            return made.position(number, document, is_descending=look.is_descending)

    def _window_numbers(self, table: str, start: int, size: int, look: Look) -> Sequence[int]:
        if look.is_plain:
            return self._numbers(table)[start : start + size]
        made = self._arrangements.made(table, look)
        with self._store.state_lock:
            return made.numbers(start, size, is_descending=look.is_descending)

    def _numbers(self, table: str) -> Sequence[int]:
        """Every number, the oldest first: the store appends what undo brings back, so its own order is not it."""
        stored = self._store.ids(table)
        known, ordered = self._by_age.get(table, (None, ()))
        if known is not stored:
            with_text = any(isinstance(number, str) for number in stored)  # a script's: refused when it is decoded
            ordered = stored if with_text else tuple(sorted(stored))
            self._by_age[table] = (stored, ordered)
        return ordered


def _record(table: str, number: int, document: dict[str, object]) -> Record:
    record = from_document(table, number, document)
    assert isinstance(record, Record)
    return record


class Runs:
    """The runs of the vault and the bodies of their responses."""

    def __init__(self, store: SealedStore) -> None:
        self._store = store

    def get(self, run_id: RunId) -> Run | None:
        """The run of that id."""
        try:
            number = decode(run_id)
        except ValueError:
            return None
        document = self._store.get(tables.RUNS, number)
        return None if document is None else _run(number, document)

    def newest(self, action_id: ActionId | None = None) -> Iterator[Run]:
        """Runs from the newest to the oldest, of one action or of all."""
        for number in reversed(self._numbers(action_id)):
            document = self._store.get(tables.RUNS, number)
            if document is not None:
                yield _run(number, document)

    def count(self, action_id: ActionId | None = None) -> int:
        """How many runs there are, of one action or of all."""
        return self._store.count(tables.RUNS) if action_id is None else len(self._numbers(action_id))

    def window(self, start: int, size: int, action_id: ActionId | None = None) -> tuple[Run, ...]:
        """Up to `size` runs from position `start`, counted from the newest."""
        numbers = self._numbers(action_id)
        end = len(numbers) - start
        documents = (
            (number, self._store.get(tables.RUNS, number)) for number in reversed(numbers[max(0, end - size) : end])
        )
        return tuple(_run(number, document) for number, document in documents if document is not None)

    def oldest(self) -> Run | None:
        """The first run that is kept."""
        found = self.window(self.count() - 1, 1)
        return found[0] if found else None

    def body_parts(self) -> int:
        """How many parts the bodies of all runs have."""
        return self._store.count(tables.BODIES)

    def _numbers(self, action_id: ActionId | None) -> Sequence[int]:
        if action_id is None:
            return self._store.ids(tables.RUNS)
        self._store.ensure_index(tables.RUNS, "action_id")
        return self._store.find(tables.RUNS, "action_id", action_id)

    def body(self, run: Run) -> bytes:
        """The response body of a run, byte for byte as it came."""
        return b"".join(map(self._part, run.body_ids))

    def beginning(self, run: Run) -> tuple[bytes, bool]:
        """The first part of the body, and whether that is all of it."""
        return b"".join(map(self._part, run.body_ids[:1])), len(run.body_ids) <= 1

    def _part(self, number: int) -> bytes:
        part = from_document(tables.BODIES, number, self._store.get(tables.BODIES, number) or {})
        assert isinstance(part, BodyPart)
        return part.data


class Kept:
    """What applies have left out."""

    def __init__(self, store: SealedStore) -> None:
        self._store = store

    def rejections(self, mapping_id: MappingId) -> Rejections | None:
        """The records that the mapping's last apply did not store."""
        number = decode(mapping_id)
        document = self._store.get(tables.REJECTIONS, number)
        found = None if document is None else from_document(tables.REJECTIONS, number, document)
        return found if isinstance(found, Rejections) else None


def _run(number: int, document: dict[str, object]) -> Run:
    run = from_document(tables.RUNS, number, document)
    assert isinstance(run, Run)
    return run
