"""All tables in memory: what the frames of a file add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.store.operations import CREATE, DROP, PUT, parse_payload
from app.store.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.store.operations import Operation


class Database:
    """Tables by name, in the order of their creation."""

    __slots__ = ("tables",)

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}

    def load(self, payload: bytes) -> None:
        """Apply a payload as it was read."""
        tables = self.tables
        for block in parse_payload(payload):
            if block.op == DROP:
                tables.pop(block.table, None)
                continue
            table = tables.get(block.table)
            if table is None:
                if block.op not in (PUT, CREATE):
                    continue
                table = tables[block.table] = Table()
            if block.op != CREATE:
                table.load(block)

    def apply(self, operations: Iterable[Operation]) -> None:
        """Apply the steps of a commit that is on the medium."""
        tables = self.tables
        for step in operations:
            if step.op == DROP:
                dropped = tables.pop(step.table, None)
                if dropped is not None:
                    dropped.clear()
                continue
            table = tables.get(step.table)
            if table is None:
                if step.op not in (PUT, CREATE):
                    continue
                table = tables[step.table] = Table()
            if step.op != CREATE:
                table.apply(step)

    def apply_again(self, operations: Sequence[Operation]) -> None:
        """Apply steps whose first application was interrupted anywhere: from the first one, as if nothing had been."""
        for name in {step.table for step in operations} & self.tables.keys():
            self.tables[name].distrust()
        self.apply(operations)
        for name in {step.table for step in operations} & self.tables.keys():
            self.tables[name].distrust()

    def document_count(self) -> int:
        """Documents in all tables."""
        return sum(len(table) for table in self.tables.values())

    def live_bytes(self) -> int:
        """What the documents take on disk."""
        return sum(table.live_bytes for table in self.tables.values())
