"""Dates by the column: most of a response's dates are written alike, and are told to be so all at once.

Says yes only where `datatypes.date_note` finds nothing to say about any of them; a no means that each must be asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_ALIKE = re.compile(
    r"(?:[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9]"
    r"(?:[.,][0-9]{1,6})?)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)\n)*+\Z"
)
_DAY_LENGTH = len("2026-05-31")


def are_all_whole(texts: Sequence[str]) -> bool:
    """Whether every text is an ISO 8601 date with time and offset."""
    joined = "\n".join((*texts, ""))
    if joined.count("\n") != len(texts) or not _ALIKE.match(joined):
        return False
    try:
        for day in {text[:_DAY_LENGTH] for text in texts}:
            date.fromisoformat(day)
    except ValueError:
        return False
    return True
