"""Which records a bulk command is about: named ones, those that a filter shows, or all; never all by accident."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.commands.context import Context, selected_object
from app.commands.finding import read_look
from app.commands.lookup import find_record
from app.commands.registry import Disabled
from app.domain.counting import counted
from app.domain.looking import Look
from app.domain.record import Record
from app.domain.schema import RecordType
from app.errors import InvalidInput
from app.store.relations import every_record
from app.workbench import Workbench

IDS_HELP = "An external_id (or a person's e-mail); repeat for each."
ALL_HELP = "Every record of the object."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How a person says which records are meant."""

    filter: str = ""
    search: str = ""
    ids: Sequence[str] = ()
    is_all: bool = False

    def records(self, workbench: Workbench, kind: RecordType) -> list[Record]:
        """The chosen records, each once, oldest first; InvalidInput when nothing says which, or there are none."""
        wanted, look = [text for text in self.ids if text.strip()], self._look(kind)
        ways = (bool(wanted), not look.is_whole, self.is_all)
        if not any(ways):
            raise InvalidInput(
                "Say which records: filter or search for them with --filter or --search, name them with --id, or take "
                "every one with --all."
            )
        if sum(ways) > 1:
            raise InvalidInput("Name records, or filter them, or take all of them: one of the three.")
        if wanted:
            each = (find_record(workbench, kind, key) for key in wanted)
            found = list({record.id: record for record in each}.values())
        elif self.is_all:
            found = list(every_record(workbench.records, kind.name))
        else:
            found = list(workbench.records.matching(kind.name, look))
        if not found:
            such = f" that matches {look.words}" if look.words else ""
            raise InvalidInput(f"No record of {kind.name}{such} is chosen, so there is nothing to do.")
        return sorted(found, key=lambda record: record.id)

    def words(self, workbench: Workbench, kind: RecordType, found: int) -> str:
        """How many of all records are chosen, and by what."""
        total, by = workbench.records.count(kind.name), self._look(kind).words
        return f"Chosen: {found:,} of {counted(total, 'record')} of {kind.name}{f', by {by}' if by else ''}."

    def _look(self, kind: RecordType) -> Look:
        return read_look(kind, filter=self.filter, search=self.search)


def shown_records(context: Context) -> Mapping[str, object] | Disabled:
    """What the grid shows under its filter; the object alone where it shows every record."""
    selected = selected_object(context)
    if isinstance(selected, Disabled):
        return selected
    return {**selected, "filter": context.filter, "search": context.search}
