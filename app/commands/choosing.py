"""Which records a bulk command is about: those that were named, or all; never all by accident."""

from __future__ import annotations

from collections.abc import Sequence

from app.commands.lookup import find_record
from app.domain.record import Record
from app.domain.schema import RecordType
from app.errors import InvalidInput
from app.store.relations import every_record
from app.workbench import Workbench


def chosen(workbench: Workbench, kind: RecordType, *, ids: Sequence[str], is_all: bool) -> list[Record]:
    """The chosen records, each once, oldest first; InvalidInput when nothing says which, or when there are none."""
    wanted = [text for text in ids if text.strip()]
    if not wanted and not is_all:
        raise InvalidInput("Say which records: name them with --id, or take every one with --all.")
    if wanted and is_all:
        raise InvalidInput("Name records, or take all of them, not both.")
    if is_all:
        found = list(every_record(workbench.records, kind.name))
    else:
        found = list({record.id: record for record in (find_record(workbench, kind, key) for key in wanted)}.values())
    if not found:
        raise InvalidInput(f"No record of {kind.name} is chosen, so there is nothing to do.")
    return sorted(found, key=lambda record: record.id)
