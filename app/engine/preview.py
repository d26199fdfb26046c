"""What applying a mapping would do, as values and in words; nothing here has been written yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.changes import Changes
from app.domain.identifiers import decode
from app.domain.problems import Problem
from app.domain.record import Record
from app.domain.values import JsonValue, Value, shown


def _no_changes() -> Changes:
    return Changes("Apply nothing", ())


class Verdict(StrEnum):
    """What would happen to one record."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"


class Level(StrEnum):
    """How much a row of the mapping needs somebody's attention."""

    OK = "ok"
    NOTE = "note"
    """It works; there is something to know."""
    PROBLEM = "problem"
    """Values are rejected, or the row stops the mapping from being applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One record of the source and what would become of it."""

    index: int
    """Its place in the source, from 0, as the response's tree counts."""
    verdict: Verdict
    key: str
    """The value it is matched by, "" when it has none."""
    values: Mapping[str, Value]
    """What the response gives for it, as it would be kept; without the rejected values."""
    reasons: tuple[str, ...] = ()
    """Why it is rejected: `total is "n/a", not a decimal`."""
    before: Record | None = None
    after: Record | None = None
    """The whole record after applying; the record as it is when it stays the same, None when it is rejected."""

    @property
    def number(self) -> int:
        """The document number of its record; only for rows that are not rejected."""
        assert self.after is not None
        return decode(self.after.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOutcome:
    """One row of the mapping, seen over all records."""

    path: str
    attribute: str
    kind: str
    """The inferred type, from the first hundred records; see `infer.FieldKind`."""
    format: str
    """The attribute's format, "" while there is none."""
    examples: tuple[JsonValue, ...]
    """The values of the first records, as they came."""
    is_converted: bool
    level: Level
    words: str
    """The verdict: `ok`, `1 of 25 rejected: "n/a"`, `no offset in 2`."""
    findings: tuple[str, ...] = ()
    """What all records say of the field, whatever its attribute: `null in 4 of 25`, `text in 1: "n/a"`."""
    rejected: int = 0
    missing: int = 0
    nulls: int = 0
    convertible: int = 0
    """Of the rejected values, how many would be kept if the row converted."""
    conversion: str = ""
    """What converting would do, to which records: `24 of 25 kept, "42.50" as 42.5, in records 0, 1, 2 …`."""

    clash: str = ""
    """What is detected against what is declared, where the two differ: merging adds, nothing overwrites."""
    choices: tuple[str, ...] = ()
    """The different texts where they are few and come again: what a list's options would be."""
    is_gone: bool = False
    """Whether no record has the field."""

    @property
    def example(self) -> str:
        """The first example in short, "" when there is none."""
        return shown(self.examples[0]) if self.examples else ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Preview:
    """What a mapping would write, record by record. Equal only to itself: comparing all records would take a while."""

    source: str
    target: str
    total: int
    """Records at the source."""
    rows: Sequence[PreviewRow] = ()
    """Every record of the source, in order; empty when a problem stops the mapping before that."""
    fields: tuple[FieldOutcome, ...] = ()
    """One for each row of the mapping, in its order, whatever the problems."""
    drift: tuple[str, ...] = ()
    """How the response differs from the one that was last previewed: `$.total is gone`."""
    problems: tuple[Problem, ...] = ()
    """What stops it from being applied; each names the rule and the way out."""
    notes: tuple[str, ...] = ()
    """What does not stop it, such as references to records that are not there yet."""
    verdicts: Sequence[Verdict] = ()
    """The verdict on every record, without making its row."""
    records: Sequence[JsonValue] = ()
    """Every record of the source as it came, for standing beside what would be stored of it."""
    make_changes: Callable[[], Changes] = _no_changes
    """Works out what applying would commit; see `changes`."""
    counts: Mapping[Verdict, int]
    """How many records of each verdict, 0 included."""

    reasons: Mapping[str, int] = field(default_factory=dict)
    """Why records are rejected, the first reason first, each with the number of records that it rejects."""

    @property
    def changes(self) -> Changes:
        """What applying would commit, made anew each time; nothing when there are problems."""
        return Changes("Apply nothing", ()) if self.problems else self.make_changes()

    @property
    def is_changing(self) -> bool:
        """Whether applying would write anything."""
        return not self.problems and self.new + self.changed > 0

    @property
    def new(self) -> int:
        """Records that would be created."""
        return self.counts[Verdict.NEW]

    @property
    def changed(self) -> int:
        """Records that exist and would change."""
        return self.counts[Verdict.CHANGED]

    @property
    def same(self) -> int:
        """Records that exist and would stay as they are."""
        return self.counts[Verdict.SAME]

    @property
    def rejected(self) -> int:
        """Records that would not be stored."""
        return self.counts[Verdict.REJECTED]

    @property
    def rejections(self) -> Iterator[PreviewRow]:
        """The rejected records, in order."""
        return (self.rows[at] for at, verdict in enumerate(self.verdicts) if verdict is Verdict.REJECTED)

    @property
    def sentence(self) -> str:
        """`24 new, 0 changed, 0 same, 1 rejected: total is "n/a", not a decimal`; or the first problem."""
        if self.problems:
            return f"{self.problems[0]}{_and_more(len(self.problems) - 1, 'more problem')}"
        numbers = ", ".join(f"{self.counts[verdict]:,} {verdict}" for verdict in Verdict)
        return numbers + self._why()

    def _why(self) -> str:
        if not self.reasons:
            return ""
        return f": {next(iter(self.reasons))}{_and_more(len(self.reasons) - 1, 'other reason')}"


def _and_more(number: int, noun: str) -> str:
    return f"; and {number:,} {noun}{'' if number == 1 else 's'}" if number else ""
