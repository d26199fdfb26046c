"""The records that exist, as a preview asks for them: of a response as of a file."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence

from app.domain.record import Record
from app.workbench import Workbench


class Existing:
    """The vault's records, as a preview asks for them."""

    def __init__(self, workbench: Workbench) -> None:
        self._records = workbench.records
        self._workspace = workbench.workspace

    def by_keys(self, type_name: str, key: str, values: Sequence[str]) -> ReadOnly[str, Record]:
        """The records whose attribute `key` equals one of `values`, by that value."""
        return self._records.by_keys(type_name, key, values)

    def absent(self, type_name: str, values: Sequence[str]) -> int:
        """How many of these references find no record."""
        return self._records.absent(type_name, values)

    def count_all_custom(self) -> int:
        """How many records count against the limit."""
        return self._records.count_custom(self._workspace)
