"""A document of a table that is not the workbench's own: a script's, kept as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainDocument:
    """JSON under names that mean nothing here."""

    fields: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
