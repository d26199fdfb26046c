"""The limits of a plan as counters: how full each is, and when a person should hear of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.schema import StandardName, active_attributes
from app.domain.workspace import Workspace

NEAR = 0.8
"""From this share on a counter is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One limit with what it counts."""

    name: str
    used: int
    limit: int

    @property
    def is_near(self) -> bool:
        """Whether it is close to its limit, or beyond."""
        return self.used >= self.limit * NEAR

    @property
    def is_full(self) -> bool:
        """Whether nothing more fits."""
        return self.used >= self.limit

    @property
    def mark(self) -> str:
        """What stands behind the numbers, so that nobody needs the colour: ! near the limit, !! at it."""
        return "!!" if self.is_full else "!" if self.is_near else ""

    @property
    def words(self) -> str:
        """As it stands in the title: `12/15 objects !`."""
        return f"{self.used:,}/{self.limit:,} {self.name}{f' {self.mark}' if self.mark else ''}"


def custom_attributes(workspace: Workspace) -> int:
    """Active custom data attributes on People and Company together."""
    shared = [kind for kind in workspace.standards.values() if kind.name is not StandardName.CONVERSATION]
    return sum(not attribute.is_built_in for kind in shared for attribute in active_attributes(kind))


def counters(workspace: Workspace, records: int) -> tuple[Counter, Counter, Counter]:
    """Objects, records, attributes on People and Company; `records` counts those of active custom objects."""
    settings = workspace.settings
    return (
        Counter(name="objects", used=len(workspace.active_objects), limit=settings.object_limit),
        Counter(name="records", used=records, limit=settings.record_limit),
        Counter(
            name="attributes on People and Company",
            used=custom_attributes(workspace),
            limit=settings.standard_attribute_limit,
        ),
    )
