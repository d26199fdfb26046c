"""One finding about a value, a template or a definition, with the place it is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where; `str(problem)` is one sentence for a person."""

    path: str
    """The part it is about, as a person names it: "URL", "header X-Shop", "total". May be empty."""
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message
