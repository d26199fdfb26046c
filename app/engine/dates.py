"""Dates by the column: most of a response's dates are written alike, and are told to be so all at once.

Says yes only where `datatypes.date_note` finds nothing to say about any of them; a no means that each must be asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_YEAR = "(?!0000)[0-9]{4}"
_LEAP_YEAR = "[0-9]{2}(?:0[48]|[2468][048]|[13579][26])"
"""Those of every four years; a century's is asked about singly."""
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    f"|{_LEAP_YEAR}-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,6})?)?"
_OFFSET = r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
_ALIKE = re.compile(rf"(?:{_DAY}[T ]{_TIME}{_OFFSET}\n)*+\Z")


def are_all_whole(texts: Sequence[str]) -> bool:
    """Whether every text is an ISO 8601 date with time and offset."""
    joined = "\n".join(texts) + "\n" if texts else ""
    return joined.count("\n") == len(texts) and _ALIKE.match(joined) is not None
