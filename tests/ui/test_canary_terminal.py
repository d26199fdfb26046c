"""A canary token on a real terminal: sent, sent back, shown, explained, copied; never in what the program writes."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

from ui_kit import PASSPHRASE
from ui_terminal import Terminal

from app.commands.registry import REGISTRY
from app.demo.server import DemoServer
from app.domain.secret import Secret
from app.store.vault import Vault
from app.workbench import Workbench

CANARY = "canary/4711+zoe&b"


def test_the_terminal_never_gets_the_token(vault_path: Path, demo: DemoServer) -> None:
    """Every byte that the program writes is looked at, whatever form the token takes in the answer."""
    asyncio.run(_prepare(vault_path, demo.url))
    before = len(demo.requests)
    with Terminal(["--vault", str(vault_path)], size=(120, 36), env={"TMUX": ""}) as terminal:
        terminal.expect("Passphrase for demo.tdx:")
        terminal.press(PASSPHRASE, "enter")
        terminal.expect("ctrl+p", "Zz echo")
        terminal.press("end", "enter")
        terminal.expect("X-Canary: ●●●●●●●●")
        terminal.press("v")
        terminal.expect("masked       header X-Canary")
        terminal.press("enter")
        terminal.press("ctrl+j")
        terminal.expect("200 OK", "x-canary")
        terminal.press("r", "f2", "enter", "c")
        terminal.expect("Copy as cURL: Zz echo")
        terminal.press("ctrl+s")
        terminal.expect("Sent the command to your terminal's clipboard")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        output = terminal.output.decode("utf-8", "replace")
    (arrived,) = demo.requests[before:]
    assert arrived.header("x-canary") == CANARY
    for form in (CANARY, quote(CANARY, safe=""), quote(CANARY), b64encode(CANARY.encode()).decode()[:-4], "canary"):
        assert form not in output.replace("X-Canary", "").replace("x-canary", ""), form


async def _prepare(path: Path, url: str) -> None:
    """A token and an action that makes the server send it back."""
    vault = Vault.open(path, PASSPHRASE)
    workbench = Workbench(vault)

    async def run(command_id: str, **given: object) -> None:
        command = REGISTRY[command_id]
        await command.function(workbench, command.args(**given))

    try:
        await run("token.add", name="Canary", header="X-Canary", value=Secret(CANARY))
        await run("action.create", name="Zz echo", url=f"{url}/faults/echo", token="Canary")
    finally:
        vault.close()
