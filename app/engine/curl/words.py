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


class Writing:
    """Words under way, letter by letter; a word that was begun counts, even an empty one."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._pieces: list[str] | None = None

    @property
    def is_between(self) -> bool:
        """Whether no word is under way."""
        return self._pieces is None

    @property
    def word(self) -> str:
        """The word under way."""
        return "".join(self._pieces or ())

    def add(self, piece: str) -> None:
        """Go on with the word, or begin one."""
        if self._pieces is None:
            self._pieces = []
        self._pieces.append(piece)

    def finish(self) -> None:
        """End the word under way, if any."""
        if self._pieces is not None:
            self.words.append(self.word)
        self.drop()

    def drop(self) -> None:
        """Forget the word under way."""
        self._pieces = None


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
