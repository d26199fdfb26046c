"""Text with `{{placeholders}}`: how it is read, before anything is put in.

`{{ name }}` stands for a value; `{{ name | fallback: "text" }}` for the text when there is no value. A value is put
in once and never read again for placeholders of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

_OPEN = "{{"
_INSIDE = re.compile(
    r"""\s*(?P<name>[^\s|{}"]+(?:[ ][^\s|{}"]+)*)\s*(?:\|\s*fallback\s*:\s*(?P<text>"(?:[^"\\]|\\.)*")\s*)?\}\}""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name to be replaced by its value."""

    name: str
    fallback: str | None = None
    """The text for when there is no value; None when it must have one."""


Part: TypeAlias = Literal | Placeholder


class TemplateError(ValueError):
    """The template cannot be read; the message says where and what was expected."""


def parse(text: str) -> tuple[Part, ...]:
    """Split a template into its parts; TemplateError where `{{` is not followed by a name and `}}`."""
    parts: list[Part] = []
    position = 0
    while (start := text.find(_OPEN, position)) >= 0:
        if start > position:
            parts.append(Literal(text[position:start]))
        found = _INSIDE.match(text, start + 2)
        if not found:
            near = text[start : start + 30].splitlines()[0]
            raise TemplateError(f'cannot read "{near}"; write {{{{name}}}} or {{{{name | fallback: "text"}}}}')
        fallback = found["text"]
        parts.append(Placeholder(found["name"], None if fallback is None else _unquote(fallback)))
        position = found.end()
    if position < len(text):
        parts.append(Literal(text[position:]))
    return tuple(parts)


def _unquote(quoted: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), quoted[1:-1], flags=re.DOTALL)


def names(text: str) -> tuple[str, ...]:
    """The placeholder names of a template in order, each once."""
    return tuple(dict.fromkeys(part.name for part in parse(text) if isinstance(part, Placeholder)))
