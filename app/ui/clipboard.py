"""Copying to the clipboard of the terminal, which nobody can verify, and saying so.

Terminals take OSC 52; tmux drops it by default, but takes a buffer that it passes on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

_TMUX_SECONDS = 2


def copy(app: App[None], text: str, what: str) -> str:
    """Copy a text; returns what to say about it."""
    tmux = shutil.which("tmux") if os.environ.get("TMUX") else None
    if tmux and _through_tmux(tmux, text):
        return f"Copied {what} to tmux and, if it may, to your terminal's clipboard."
    app.copy_to_clipboard(text)
    return f"Sent {what} to your terminal's clipboard. If it did not arrive, press o to see it whole."


def _through_tmux(tmux: str, text: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - tmux itself, the text goes in on stdin
            [tmux, "load-buffer", "-w", "-"],
            input=text.encode(),
            capture_output=True,
            timeout=_TMUX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
