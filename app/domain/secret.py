"""A text that must not be seen: a token's value."""

from __future__ import annotations

DOTS = "●●●●●●●●"
"""How every secret is shown, whatever its length."""


class Secret:
    """Holds a secret text; everything but `reveal()` shows dots, so no log or crash report can hold it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; for the vault and for the sending of a request, nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return DOTS

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)
