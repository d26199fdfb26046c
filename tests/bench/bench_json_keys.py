"""Keys and Escape while big bodies are indexed, searched, filtered, studied and applied; against an idle screen.

Measured from outside, through a terminal: a letter typed into a prompt until it is seen, Escape until the screen says
that it has stopped. The driver itself waits 100 ms after an Escape, for what may follow it.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.json_bodies import orders
from tests.bench.json_keys import LETTERS, Screen
from tests.bench.json_vaults import PASSPHRASE, vault_with

_MEGA = 1_000_000
_ESCAPE, _UP_TO_END, _ENTER, _TAB = "\x1b", "\x1b[F", "\r", "\t"
_SLOW_QUERY = "$..[?@.total>999.5]"
_A_MOMENT = 0.2
"""Seconds after which somebody goes on who has seen what a key did."""
_ASKED = ("Search keys", "earch keys")


def main() -> None:
    """Print a table for each body: median and worst wait, and the ratio of the median to an idle screen."""
    bodies: dict[str, Callable[[], bytes]] = {
        "orders, 50 MB": lambda: orders(50 * _MEGA),
        "an array of 1,000,000": lambda: b"[%s]" % b",".join(b"%d" % number for number in range(_MEGA)),
        "one line of 20 MB": lambda: b'{"text": "%s", "e": 1}' % (b"lorem ipsum dolor " * (20 * _MEGA // 18)),
    }
    for name, body in bodies.items():
        with tempfile.TemporaryDirectory() as folder:
            arguments = _arguments(Path(folder), body(), is_mapped=False)
            _looked_at(name, arguments, takes_long=name.startswith("orders"))
    with tempfile.TemporaryDirectory() as folder:
        _mapped(_arguments(Path(folder), orders(30 * _MEGA), is_mapped=True))


def _arguments(folder: Path, body: bytes, *, is_mapped: bool) -> list[str]:
    path = vault_with(folder, body, is_mapped=is_mapped)
    secret = folder / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    secret.chmod(0o600)
    return ["--vault", str(path), "--passphrase-file", str(secret)]


def _opened(screen: Screen) -> None:
    """Go to the response of the action; everything about its body begins now."""
    screen.seconds_until("", "Big body")
    screen.press(_UP_TO_END, _ENTER, _TAB)


def _idle(screen: Screen) -> float:
    """The median wait with nothing else to do."""
    screen.settle()
    return statistics.median(_typed(screen))


def _typed(screen: Screen, letters: str = LETTERS) -> list[float]:
    """Waits of letters in the prompt of the search, which is left again."""
    screen.seconds_until("/", *_ASKED)
    waits = screen.waits(letters)
    screen.press(_ESCAPE)
    screen.drain(0.5)
    return waits


def _search(screen: Screen, text: str) -> None:
    screen.seconds_until("/", *_ASKED)
    screen.press(text)
    screen.drain(_A_MOMENT)
    screen.press(_ENTER)
    screen.drain(_A_MOMENT)


def _looked_at(name: str, arguments: list[str], *, takes_long: bool) -> None:
    found: dict[str, list[float]] = {}
    stopped: dict[str, float] = {}
    with Screen(arguments) as screen:
        _opened(screen)
        found["indexing"] = _typed(screen)
        idle = _idle(screen)
        _search(screen, "e")
        found["searching"] = _typed(screen, LETTERS[:8])
        screen.settle()
        screen.seconds_until("f", "RFC 9535")
        screen.press(*"..")
        found["filtering"] = screen.waits(LETTERS)
        screen.press(_ESCAPE)
        if takes_long:
            stopped |= _stopped_searching(screen)
    if takes_long:
        with Screen(arguments) as screen:
            _opened(screen)
            screen.drain(1)
            stopped["indexing"] = screen.seconds_until(_ESCAPE, "only the beginning")
    _report(name, idle, found, stopped)


def _stopped_searching(screen: Screen) -> dict[str, float]:
    screen.settle()
    _search(screen, "o")
    searching = screen.seconds_until(_ESCAPE, "topped")
    screen.settle()
    screen.seconds_until("f", "RFC 9535")
    screen.press("\x15", *_SLOW_QUERY)
    screen.drain(_A_MOMENT)
    screen.press(_ENTER)
    screen.drain(_A_MOMENT)
    filtering = screen.seconds_until(_ESCAPE, "topped")
    return {"searching": searching, "filtering": filtering}


def _mapped(arguments: list[str]) -> None:
    found: dict[str, list[float]] = {}
    stopped: dict[str, float] = {}
    with Screen(arguments) as screen:
        _opened(screen)
        found["indexing, then studying"] = _typed(screen, LETTERS * 2)
        idle = _idle(screen)
        screen.press("a")
        found["applying"] = _typed(screen, LETTERS * 2)
    with Screen(arguments) as screen:
        _opened(screen)
        screen.drain(1)
        stopped["studying"] = screen.seconds_until(_ESCAPE, "topped")
    with Screen(arguments) as screen:
        _opened(screen)
        screen.settle()
        screen.press("a")
        stopped["applying"] = screen.seconds_until(_ESCAPE, "topped")
    _report("orders, 30 MB, mapped", idle, found, stopped)


def _report(name: str, idle: float, found: dict[str, list[float]], stopped: dict[str, float]) -> None:
    print(f"{name}: a key on an idle screen {idle * 1000:.0f} ms")
    for what, waits in found.items():
        median, worst = statistics.median(waits), max(waits)
        print(
            f"  a key while {what:<24}median {median * 1000:4.0f} ms, {median / idle:5.1f} x idle,"
            f" worst {worst * 1000:4.0f} ms (at most 100)"
        )
    for what, wait in stopped.items():
        print(f"  Escape while {what:<23}{wait * 1000:11.0f} ms (at most 200)", flush=True)


if __name__ == "__main__":
    main()
