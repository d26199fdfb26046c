"""The terminal's driver: reads keys without waking for nothing, notices a lost terminal, stops at once.

Textual's own polls ten times a second, dies of a byte that is not UTF-8, reads the end of a closed terminal for ever
and takes 0.2 s to stop.
"""

from __future__ import annotations

import os
import selectors
import signal
import termios
import tty
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import Any

from textual import _time
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

_CHUNK = 4096
HUNG_UP = 128 + signal.SIGHUP


class TerminalDriver(LinuxDriver):
    """Everything but the input thread is Textual's."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._open_pipe()

    def _open_pipe(self) -> None:
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._wake, False)

    def start_application_mode(self) -> None:
        """Begin, or go on after a stop, which has closed the driver."""
        if self._wake < 0:
            self._open_pipe()
        before = self._taken_terminal()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual declares no types here
        if before is not None and self.attrs_before is not None:
            self.attrs_before = before

    def _taken_terminal(self) -> list[Any] | None:
        """Let go of what was typed for the shell, and take keys as they are from now on; returns how it was.

        Until then the terminal turns enter into the line feed that is ctrl+j, and nobody sees what would be obeyed.
        In the background Textual itself waits for the terminal.
        """
        try:
            if os.tcgetpgrp(self.fileno) != os.getpgrp():
                return None
            before = termios.tcgetattr(self.fileno)
            raw = list(before)
            raw[tty.IFLAG], raw[tty.LFLAG] = self._patch_iflag(before[tty.IFLAG]), self._patch_lflag(before[tty.LFLAG])
            termios.tcsetattr(self.fileno, termios.TCSANOW, raw)
            termios.tcflush(self.fileno, termios.TCIFLUSH)
        except (OSError, termios.error):
            return None  # no terminal, or one that has gone
        return before

    def disable_input(self) -> None:
        """Wake the input thread, so that joining it does not wait."""
        os.write(self._waker, b".")
        super().disable_input()

    def stop_process(self) -> None:
        """Give the terminal back and stop, until the shell continues the process."""
        self._sigtstp_application()

    def close(self) -> None:
        """Let go of the pipe too."""
        super().close()
        os.close(self._wake)
        os.close(self._waker)
        self._wake = self._waker = -1

    def write(self, data: str) -> None:
        """Write, unless nobody takes it any more: the queue to a dead writer would fill and block for ever."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    def run_input_thread(self) -> None:
        """Turn the terminal's bytes into events until told to stop or the terminal is gone."""
        with suppress(BlockingIOError):
            os.read(self._wake, _CHUNK)  # left over from the last stop
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = {key.fd for key, _ in selector.select(_patience(parser))}
                if self.fileno in ready:
                    data = self._read()
                    if not data:
                        self._loop.call_soon_threadsafe(self._app.exit, None, HUNG_UP)
                        return
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        """What was typed; nothing when the terminal has gone."""
        try:
            return os.read(self.fileno, _CHUNK)
        except OSError:
            return b""


def _patience(parser: XTermParser) -> float | None:
    """Seconds until an escape that nothing followed is the escape key; None when nothing is awaited."""
    until = parser._timeout_time
    return None if until is None else max(0.0, until - _time.get_time())
