"""Runs the app on an open vault, and closes the vault whatever happens."""

from __future__ import annotations

import os

from app.store.vault import Vault
from app.ui.app import WorkbenchApp
from app.workbench import Workbench


def run(vault: Vault, name: str) -> int:
    """Show the workbench until the person leaves; returns the exit code."""
    app: WorkbenchApp | None = None
    try:
        _ask_the_terminal_for_its_size()
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
