"""The demo API on a loopback port: `serve` for the command line, `DemoServer` for the demo and for tests.

Loopback only: its key is public and its data can be changed by anybody who reaches it. Light to import; Starlette and
uvicorn are loaded when a server starts.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from app.demo.api_recorder import Received
from app.demo.api_settings import DemoSettings
from app.errors import InvalidInput, WorkbenchError

if TYPE_CHECKING:
    from app.demo.api_listener import Listener

LOOPBACK = "127.0.0.1"
_ALLOWED_HOSTS = (LOOPBACK, "::1")
_KEPT_REQUESTS = 500


class DemoServer:
    """A demo API that runs in a thread of its own while this context is open, fresh from the seed each time.

    Port 0 takes a free one. InvalidInput when the host is not loopback or the port cannot be had.
    """

    def __init__(self, port: int = 0, *, host: str = LOOPBACK, settings: DemoSettings | None = None) -> None:
        _check_address(host, port)
        self._address = (host, port)
        self._settings = settings or DemoSettings()
        self.url = ""
        """Base URL, without a slash at the end; empty before the start."""
        self._received: deque[Received] = deque(maxlen=_KEPT_REQUESTS)
        self._ready = threading.Event()
        self._ended = threading.Event()
        self._listener: Listener | None = None
        self._is_stopping = False

    @property
    def requests(self) -> tuple[Received, ...]:
        """The requests that have arrived whole, oldest first; only the last 500 are kept."""
        return tuple(self._received)

    def __enter__(self) -> DemoServer:
        """Start; on return it answers."""
        from app.demo.api import build_app
        from app.demo.api_listener import Listener

        application = build_app(self._settings, self._received.append)
        listening = _listening_socket(*self._address)
        self.url = _url(listening)
        self._listener = Listener(application, self._ready.set)
        # stop() may have been called by a signal before there was a listener to tell.
        self._listener.should_exit = self._is_stopping
        self._thread = threading.Thread(
            target=self._run, args=(self._listener, listening), name="demo-api", daemon=True
        )
        self._thread.start()
        self._ready.wait()
        if not self._listener.started:
            self._thread.join()
            raise WorkbenchError("The demo API did not start. Try again, perhaps with another port.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; answers under way get a second to end."""
        self.stop()
        self._thread.join()

    def stop(self) -> None:
        """Ask it to stop, without waiting; fit to be called by a signal handler."""
        self._is_stopping = True
        if self._listener is not None:
            self._listener.should_exit = True

    def wait(self) -> None:
        """Block until it has stopped, whoever asked for it."""
        self._ended.wait()

    def _run(self, listener: Listener, listening: socket.socket) -> None:
        try:
            listener.run(sockets=[listening])
        finally:
            listening.close()
            self._ready.set()
            self._ended.set()


def serve(port: int, announce: Callable[[str], None]) -> None:
    """Run the demo API until somebody stops it; `announce` gets its base URL once it listens. Main thread only.

    SIGTERM ends it and returns (exit status 0); SIGINT ends it and goes on as KeyboardInterrupt (exit status 130).
    """
    server = DemoServer(port)
    previous = signal.signal(signal.SIGTERM, lambda *_: server.stop())
    try:
        with server:
            announce(server.url)
            server.wait()
    finally:
        signal.signal(signal.SIGTERM, previous)


def _check_address(host: str, port: int) -> None:
    if host not in _ALLOWED_HOSTS:
        allowed = " or ".join(_ALLOWED_HOSTS)
        raise InvalidInput(f'The demo API is for this machine only and does not listen on "{host}". Use {allowed}.')
    if not 0 <= port <= 65535:
        raise InvalidInput(f"{port} is not a port. Use one from 1 to 65535, or 0 for any that is free.")


def _listening_socket(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        reason = error.strerror or str(error)
        raise InvalidInput(
            f"Port {port} cannot be used ({reason}). Choose another, or 0 for any that is free."
        ) from error
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
