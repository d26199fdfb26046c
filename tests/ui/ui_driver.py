"""A driver in the product's words: it presses keys in the app and waits for its workers, never for time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot
from textual.worker import WorkerCancelled
from ui_kit import PASSPHRASE

from app.commands.registry import REGISTRY
from app.domain.run import Response
from app.engine.http import Result
from app.engine.request import Request
from app.store.vault import Vault
from app.ui.app import WorkbenchApp
from app.ui.panes.mapping import MappingPane
from app.ui.screens.main import MainScreen
from app.workbench import Workbench

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class FakeSend:
    """Stands at the seam of the network: answers with a fixed body, remembers what it was asked."""

    def __init__(self, body: bytes = b"{}", status: int = 200) -> None:
        self.body = body
        self.status = status
        self.requests: list[Request] = []

    async def __call__(self, request: Request, *, deadline_s: float, body_limit: int) -> Result:
        self.requests.append(request)
        response = Response(
            status=self.status,
            reason="OK",
            headers=(("content-type", "application/json"), ("x-shop", "demo")),
            http_version="HTTP/1.1",
            body_size=len(self.body),
            elapsed_ms=34.0,
            first_byte_ms=21.0,
        )
        return Result(response=response, body=self.body)


class Driver:
    """One running app."""

    def __init__(self, app: WorkbenchApp, pilot: Pilot[None], sender: FakeSend) -> None:
        self.app = app
        self.pilot = pilot
        self.sender = sender

    @property
    def screen(self) -> MainScreen:
        """The main screen, under any dialog."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def workbench(self) -> Workbench:
        """The open workspace."""
        return self.app.workbench

    async def press(self, *keys: str) -> None:
        """Press keys and let everything they started finish."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        await self.press(*(_key(letter) for letter in text))

    async def settle(self) -> None:
        """Wait for the workers that end by themselves, then for the messages they posted."""
        await self.pilot.pause()
        for worker in tuple(self.app.workers):
            if worker.group in ("show", "preview", "find") and not worker.is_finished:
                with suppress(WorkerCancelled):
                    await worker.wait()
        if self.app.locker.workbench is not None:
            await self.workbench.idle()
        await self.pilot.pause()

    async def workbench_run(self, command_id: str, **given: object) -> None:
        """Run a command as the shell would, beside the screen."""
        command = REGISTRY[command_id]
        await command.function(self.workbench, command.args(**given))
        await self.settle()

    async def open(self, name: str) -> None:
        """Select an object or an action in the navigator and open its first pane."""
        self.screen.focus_pane("navigator")
        await self.settle()
        await self.press("home")
        while self.screen.selection.name != name:
            before = self.screen.selection
            await self.press("down")
            assert self.screen.selection != before, f"the navigator has no {name}"
        await self.press("enter")

    async def send(self) -> None:
        """Send the selected action and wait for its response on the screen."""
        before = len(self.sender.requests)
        await self.press("f5")
        assert len(self.sender.requests) == before + 1

    def expect_preview(self, **counts: int) -> None:
        """The preview's counts by verdict."""
        preview = self.screen.query_one(MappingPane).preview
        assert preview is not None, "there is no preview"
        assert {name: getattr(preview, name) for name in counts} == counts

    @property
    def mapped_paths(self) -> tuple[str, ...]:
        """Paths of the rows of the mapping on show."""
        mapping = self.screen.query_one(MappingPane).mapping
        return tuple(row.path for row in mapping.rows) if mapping else ()

    @property
    def text(self) -> str:
        """What the screen shows."""
        width, height = self.app.size
        compositor = self.app.screen._compositor
        strips = compositor.render_strips()
        lines = ["".join(segment.text for segment in strip) for strip in strips]
        assert (len(lines), width) == (height, self.app.size.width)
        return "\n".join(line.rstrip() for line in lines)

    def expect(self, *texts: str) -> None:
        """All of the texts are on the screen."""
        shown = self.text
        missing = [text for text in texts if text not in shown]
        assert not missing, f"the screen does not show {missing}:\n{shown}"


def _key(letter: str) -> str:
    return {" ": "space", "_": "underscore", "*": "asterisk", ":": "colon", "/": "slash", ".": "full_stop"}.get(
        letter, letter
    )


@asynccontextmanager
async def driving(
    path: Path, *, size: tuple[int, int] = (120, 36), sender: FakeSend | None = None
) -> AsyncIterator[Driver]:
    """Run the app on a vault, with a fixed clock and a fake network."""
    vault = Vault.open(path, PASSPHRASE)
    sender = sender or FakeSend()
    app: WorkbenchApp | None = None
    try:
        app = WorkbenchApp(Workbench(vault, name=path.name, clock=lambda: NOW, send=sender))
        async with app.run_test(size=size, notifications=True) as pilot:
            driver = Driver(app, pilot, sender)
            await driver.settle()
            yield driver
    finally:
        vault.close()
        if app is not None and app.locker.workbench is not None:
            app.locker.workbench.vault.close()
