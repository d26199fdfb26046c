"""The sample workspace: a script of commands, run as a person would run them, then a clean undo list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import app
from app.commands import load_all
from app.commands.registry import REGISTRY, specs_of
from app.domain.secret import Secret
from app.errors import RunFailed
from app.store.vault import Vault
from app.workbench import Sender, Workbench, send_with_httpx

SAMPLE_DATA = Path(app.__file__).resolve().parents[1] / "sample_data"
_BASE_URL = "{base_url}"


async def fill(vault: Vault, base_url: str, *, send: Sender = send_with_httpx) -> tuple[str, ...]:
    """Run the sample's commands on a new vault; actions call `base_url`. Returns the names of what was left out.

    A dynamic token is kept only after a test, so without an API that answers it is left out, with what sends it.
    """
    load_all()
    workbench = Workbench(vault, send=send)
    script = (SAMPLE_DATA / "workspace.json").read_text("utf-8").replace(_BASE_URL, base_url.rstrip("/"))
    left_out: list[str] = []
    for name, given in cast("list[tuple[str, dict[str, object]]]", json.loads(script)):
        try:
            if given.get("token") in left_out:
                left_out.append(str(given["name"]))
            else:
                await _run(workbench, name, given)
        except RunFailed:
            left_out.append(str(given["name"]))
    vault.forget_history()
    return tuple(left_out)


async def _run(workbench: Workbench, name: str, given: dict[str, object]) -> None:
    command = REGISTRY[name]
    values = {spec.name: _value(spec.kind, given[spec.name]) for spec in specs_of(command.args) if spec.name in given}
    await command.function(workbench, command.args(**values))


def _value(kind: type, given: object) -> object:
    if isinstance(given, list):
        return tuple(given)
    return Secret(str(given)) if kind is Secret else given
