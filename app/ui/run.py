"""Runs the app on an open vault, and closes the vault whatever happens."""

from __future__ import annotations

import os
import sys

from app.store.vault import Vault
from app.ui.app import WorkbenchApp
from app.workbench import Workbench

_SWITCH_SECONDS = 0.0005
"""How long a thread that indexes or searches may keep the interpreter from the one that answers keys: a key passes
several threads on its way, and would wait for each of them."""


def run(vault: Vault, name: str) -> int:
    """Show the workbench until the person leaves; returns the exit code."""
    app: WorkbenchApp | None = None
    try:
        _ask_the_terminal_for_its_size()
        sys.setswitchinterval(_SWITCH_SECONDS)
        workbench = Workbench(vault, name=name)
        _ = workbench.workspace  # a document that cannot be read is said here, on the plain terminal
        app = WorkbenchApp(workbench)
        app.run()
        return app.return_code or 0
    finally:
        vault.close()
        if app is not None and app.locker.workbench is not None:
            app.locker.workbench.vault.close()  # the one that was opened after a lock


def _ask_the_terminal_for_its_size() -> None:
    """Some shells and wrappers export a size that was true once; Textual would believe it, also after a resize."""
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
