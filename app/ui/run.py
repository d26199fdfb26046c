"""Runs the app on an open vault, and closes the vault whatever happens."""

from __future__ import annotations

from app.store.vault import Vault
from app.ui.app import WorkbenchApp
from app.workbench import Workbench


def run(vault: Vault, name: str) -> int:
    """Show the workbench until the person leaves; returns the exit code."""
    try:
        app = WorkbenchApp(Workbench(vault, name=name))
        app.run()
        return app.return_code or 0
    finally:
        vault.close()
