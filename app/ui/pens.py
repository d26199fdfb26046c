"""How a cell is drawn, and the shortest way for a terminal from one way of drawing to another (SGR, ECMA-48)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from rich.color import ColorSystem
from rich.style import Style


@dataclass(frozen=True, slots=True)
class Pen:
    """Attributes and colours, as parameters of SGR; "" is the terminal's own."""

    attributes: str = ""
    foreground: str | None = ""
    """None for any: what stands in the cell shows no foreground."""
    background: str = ""
    is_lined: bool = False
    """Whether it is seen on a blank too: underlined, struck, reversed, blinking."""


@lru_cache(4096)
def pen_of(style: Style | None, system: ColorSystem) -> Pen:
    """The pen of a style, in the colours that the terminal has."""
    if style is None:
        return Pen()
    plain = style.clear_meta_and_links()
    lines = (plain.underline, plain.underline2, plain.overline, plain.strike, plain.reverse, plain.blink, plain.blink2)
    return Pen(
        _parameters(plain.without_color, system),
        _parameters(Style(color=plain.color), system),
        _parameters(Style(bgcolor=plain.bgcolor), system),
        any((*lines, plain.frame, plain.encircle)),
    )


def _parameters(style: Style, system: ColorSystem) -> str:
    before, _, _ = style.render("x", color_system=system).partition("x")
    return before.removeprefix("\x1b[").removesuffix("m")


@lru_cache(4096)
def blank_of(pen: Pen) -> Pen:
    """The pen by which a blank is told from others: without what a blank does not show."""
    return pen if pen.is_lined else Pen(foreground=None, background=pen.background)


def shows_alike(current: Pen | None, wanted: Pen | None) -> bool:
    """Whether a cell of the wanted pen may be drawn with the current one."""
    if current is None or wanted is None:
        return False
    if wanted.foreground is None:
        return not current.is_lined and current.background == wanted.background
    return current == wanted


def change(current: Pen | None, wanted: Pen) -> tuple[str, Pen]:
    """The control sequence from one pen to another, and the pen that is then in hand."""
    if wanted.foreground is None and current is not None and not current.is_lined:
        wanted = replace(current, background=wanted.background)
    elif wanted.foreground is None:
        wanted = replace(wanted, foreground="")
    parts: list[str] = []
    if current is None or current.attributes != wanted.attributes:
        parts = ["0", wanted.attributes, wanted.foreground or "", wanted.background]
    else:
        if current.foreground != wanted.foreground:
            parts.append(wanted.foreground or "39")
        if current.background != wanted.background:
            parts.append(wanted.background or "49")
    return f"\x1b[{';'.join(part for part in parts if part)}m" if parts else "", wanted
