"""Numbers with their nouns, as a person says them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`counted(1, "record")` is "1 record", of two it is "2 records"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
