"""What a pasted command line is made of, whatever shell it was written for."""

from __future__ import annotations

from dataclasses import dataclass


class CurlError(ValueError):
    """The text cannot become a request; the message says why and what to do, and holds nothing of the text's values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The arguments of a command line, unquoted. Bytes that are not UTF-8 are kept as lone surrogates."""

    words: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    """What the shell would have done besides, one sentence each."""


def text_of(data: bytes) -> str:
    """Bytes as a word holds them; `bytes_of` gives them back exactly."""
    return data.decode("utf-8", "surrogateescape")


def bytes_of(word: str) -> bytes:
    """The bytes that a word stands for."""
    return word.encode("utf-8", "surrogateescape")


def listed(names: list[str]) -> str:
    """`a, b and c`, each once."""
    each = list(dict.fromkeys(names))
    return " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)


def unexpanded(names: list[str]) -> tuple[str, ...]:
    """The remark about variables, none when there are none."""
    if not names:
        return ()
    stand = "stands" if len(set(names)) == 1 else "stand"
    return (
        f"{listed(names)} {stand} in the text as written: nothing is expanded here, so put the value in its place.",
    )
