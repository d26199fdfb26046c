"""From words to options: long, short, combined, abbreviated, switched off; and the URLs between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.curl.options_table import FLAGS, SHORT, VALUED
from app.engine.curl.words import CurlError

_NO = "no-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option as it was given."""

    name: str
    """Its long name, without dashes."""
    value: str = ""
    """"" for a flag."""
    is_on: bool = True
    """False for `--no-NAME`."""
    shown: str
    """How it was written, without its value: for remarks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """What stands behind the word curl, up to `--next`."""

    options: tuple[Option, ...]
    urls: tuple[str, ...]
    has_next: bool = False

    def values(self, *names: str) -> list[str]:
        """The values of every option of these names, in order."""
        return [option.value for option in self.options if option.name in names]

    def last(self, name: str) -> str | None:
        """The value that counts, where the last one wins."""
        found = self.values(name)
        return found[-1] if found else None

    def is_set(self, name: str) -> bool:
        """Whether a flag is on; the last mention counts."""
        return next((option.is_on for option in reversed(self.options) if option.name == name), False)


def read_options(words: Sequence[str]) -> CommandLine:
    """The options and URLs of a command line without its first word; CurlError for an option that curl has not."""
    options: list[Option] = []
    urls: list[str] = []
    left = list(reversed(words))
    are_options = True
    while left:
        word = left.pop()
        if not are_options or not word.startswith("-"):
            urls.append(word)
        elif word == "--":
            are_options = False
        else:
            found = _long(word, left) if word.startswith("--") else _short(word, left)
            if any(option.name == "next" for option in found):
                return CommandLine(options=tuple(options), urls=tuple(urls), has_next=True)
            options += found
            urls += [option.value for option in found if option.name == "url"]
    return CommandLine(options=tuple(options), urls=tuple(urls))


def _long(word: str, left: list[str]) -> list[Option]:
    name, sign, value = word[2:].partition("=")
    found = _named(name)
    shown = f"--{name}"
    if found is None and name.startswith(_NO):
        off = _named(name.removeprefix(_NO))
        if off in FLAGS:
            return [Option(name=off or "", is_on=False, shown=shown)]
    if found is None:
        raise CurlError(f"curl has no option {shown[:40]}. Check how it is spelt.")
    if found in FLAGS:
        return [Option(name=found, shown=shown)]
    return [Option(name=found, value=value if sign else _next(shown, left), shown=shown)]


def _named(name: str) -> str | None:
    """The option of that name, or the only one that begins so, as curl allows."""
    if name in FLAGS or name in VALUED:
        return name
    near = [other for other in (*FLAGS, *VALUED) if other.startswith(name)] if name else []
    return near[0] if len(near) == 1 else None


def _short(word: str, left: list[str]) -> list[Option]:
    found: list[Option] = []
    for at, letter in enumerate(word[1:], 1):
        name = SHORT.get(letter)
        if name is None:
            raise CurlError(f"curl has no option -{letter}. Check how it is spelt.")
        if name in VALUED:
            value = word[at + 1 :] or _next(f"-{letter}", left)
            return [*found, Option(name=name, value=value, shown=f"-{letter}")]
        found.append(Option(name=name, shown=f"-{letter}"))
    if word == "-":
        raise CurlError("There is a lone - that curl does not know. Check the command line.")
    return found


def _next(shown: str, left: list[str]) -> str:
    if not left:
        raise CurlError(f"{shown} needs a value, and the command line ends there. Copy it whole.")
    return left.pop()
