"""How somebody looks at the records of an object: which of them, in which order. What it shows is never copied."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.filter_parser import parse
from app.domain.filters import Filter, written
from app.domain.schema import Attribute, RecordType, active_attributes
from app.domain.sieves import Sieve, all_sieves, search_sieve, sieve_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A filter, words to search for, and a column to sort by. The plain look shows all, the oldest first."""

    filter: Filter | None = None
    search: str = ""
    searched: tuple[str, ...] = ()
    """The attributes that are searched: those a person sees."""
    sort: Attribute | None = None
    is_descending: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it shows every record in the order in which they were made."""
        return self.is_whole and self.sort is None

    @property
    def is_whole(self) -> bool:
        """Whether it holds no record back."""
        return self.filter is None and not self.search

    @property
    def upright(self) -> Look:
        """The same in ascending order: one arrangement serves both directions."""
        return replace(self, is_descending=False) if self.is_descending else self

    @property
    def sieve(self) -> Sieve | None:
        """What lets its records through; None when it holds none back."""
        sieves = [sieve_of(self.filter)] if self.filter else []
        found = search_sieve(self.search, self.searched)
        sieves += [found] if found else []
        return all_sieves(sieves) if sieves else None

    @property
    def words(self) -> str:
        """The filter and the search as a person reads them; "" for a whole look."""
        parts = [written(self.filter)] if self.filter else []
        return " and ".join([*parts, *([f'search "{self.search}"'] if self.search else [])])


def look_at(kind: RecordType, *, filter: str = "", search: str = "") -> Look:
    """The look of what was typed; raises FilterError."""
    words = " ".join(search.split())
    names = tuple(attribute.name for attribute in active_attributes(kind)) if words else ()
    return Look(filter=parse(filter, kind), search=words, searched=names)
