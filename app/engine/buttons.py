"""A conversation's buttons: the records that Intercom would offer there, and which it would leave out, and why."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.datatypes import DataType, date_note
from app.domain.record import Record
from app.domain.schema import EXTERNAL_ID, RecordType, active_attributes
from app.domain.values import plain_value

LIMIT = 25
UPDATED = "external_updated_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The buttons, and what is not among them."""

    buttons: tuple[Record, ...]
    """The newest first."""
    older: int
    """Records that are older than the 25 newest."""
    undated: int
    """Records without a date to be newest by."""
    last_left_out: str = ""
    """The newest date that just missed."""


def offer(records: Iterable[Record]) -> Offer:
    """The at most 25 newest records by external_updated_at; of the same moment, the one stored last comes first."""
    dated: list[tuple[datetime, int, Record]] = []
    undated = older = 0
    missed: tuple[datetime, Record] | None = None
    for at, record in enumerate(records):
        moment = _moment(record)
        if moment is None:
            undated += 1
            continue
        entry = (moment, at, record)
        if len(dated) < LIMIT:
            heapq.heappush(dated, entry)
            continue
        older += 1
        out = heapq.heappushpop(dated, entry)
        if missed is None or out[0] > missed[0]:
            missed = (out[0], out[2])
    return Offer(
        buttons=tuple(record for *_, record in sorted(dated, key=lambda entry: entry[:2], reverse=True)),
        older=older,
        undated=undated,
        last_left_out=plain_value(missed[1].values[UPDATED]) if missed else "",
    )


def _moment(record: Record) -> datetime | None:
    text = record.values.get(UPDATED)
    if not isinstance(text, str) or date_note(text) is None:
        return None
    moment = datetime.fromisoformat(text.replace("z", "Z").replace(",", "."))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def label(record: Record, kind: RecordType) -> str:
    """What a button says: the first text that names the record, else its id; then one more value."""
    own = [each.name for each in active_attributes(kind) if not each.is_built_in]
    texts = [
        value
        for each in active_attributes(kind)
        if each.data_type in (DataType.TEXT, DataType.LIST)
        and each.name != EXTERNAL_ID
        and isinstance(value := record.values.get(each.name), str)
        and value
    ]
    others = [plain_value(record.values[name]) for name in own if record.values.get(name) not in (None, "", *texts)]
    parts = [record.external_id or "(no external_id)", *texts[:1], *others[:1]]
    return "  ".join(parts)


def reasons(found: Offer) -> tuple[str, ...]:
    """A sentence for each kind of record that is left out."""
    said = []
    if found.older:
        said.append(
            f"{found.older:,} left out: older than the {LIMIT} newest (the newest of them: {found.last_left_out})"
        )
    if found.undated:
        said.append(f"{found.undated:,} left out: no {UPDATED}, so nobody can tell how new they are")
    return tuple(said)
