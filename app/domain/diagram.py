"""The whole schema as text: a box for each object with its attributes, and where each reference points.

Boxes of one width stand below each other, so that the drawing fits any terminal that a person can work in; a
reference leaves its box to the right and names its target, and each box says what points to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.datatypes import DataType
from app.domain.schema import Attribute, RecordType, active_attributes
from app.domain.text import cell_width, clip, visible
from app.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Pens:
    """The marks of a drawing."""

    corners: str
    across: str
    down: str
    one: str
    many: str
    tee: str


LINES = Pens("┌┐└┘", "─", "│", "──▶", "──▶▶", "├")
ASCII = Pens("++++", "-", "|", "-->", "-->>", "+")
_NARROWEST = 40
_BOX = 44
_ARROW = 14
"""Cells that an arrow and the beginning of its target need beside a box."""


def diagram(workspace: Workspace, width: int = 80, *, is_ascii: bool = False) -> tuple[str, ...]:
    """The drawing in lines of at most `width` cells; archived objects and attributes are left out."""
    pens = ASCII if is_ascii else LINES
    kinds = [kind for kind in workspace.types if not kind.is_archived]
    room = max(_NARROWEST, width)
    box = min(_BOX, room - _ARROW)
    lines: list[str] = []
    for kind in sorted(kinds, key=lambda each: not _links(workspace, each)):
        lines += [clip(line, room) for line in _boxed(workspace, kind, box, pens)]
    legend = f"{pens.one} to one record   {pens.many} to many"
    return tuple(line.replace("…", "~") if is_ascii else line for line in (*lines, legend))


def _links(workspace: Workspace, kind: RecordType) -> bool:
    return bool(_references(kind) or _incoming(workspace, kind))


def _references(kind: RecordType) -> list[Attribute]:
    return [each for each in active_attributes(kind) if each.data_type is DataType.REFERENCE]


def _incoming(workspace: Workspace, kind: RecordType) -> list[str]:
    return [
        f"{other.name}.{each.name}"
        for other in workspace.types
        if not other.is_archived
        for each in _references(other)
        if each.target == kind.name
    ]


def _boxed(workspace: Workspace, kind: RecordType, box: int, pens: Pens) -> Iterator[str]:
    left_top, right_top, left_end, right_end = tuple(pens.corners)
    name = f" {clip(visible(kind.name), box - 6)} "
    yield f"{left_top}{pens.across}{name}{pens.across * (box - 3 - cell_width(name))}{right_top}"
    for attribute in active_attributes(kind):
        is_link = attribute.data_type is DataType.REFERENCE
        what = attribute.data_type.value if is_link else attribute.format
        row = _row(visible(attribute.name), what, box - 4)
        arrow = pens.many if attribute.many else pens.one
        end = f"{pens.tee}{arrow} {visible(attribute.target)}" if is_link else pens.down
        yield f"{pens.down} {row} {end}"
    yield f"{left_end}{pens.across * (box - 2)}{right_end}"
    for user in _incoming(workspace, kind):
        yield f"  from {visible(user)}"
    yield ""


def _row(name: str, what: str, room: int) -> str:
    name = clip(name, room - cell_width(what) - 1)
    return name + " " * (room - cell_width(name) - cell_width(what)) + what
