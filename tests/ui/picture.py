"""Pictures of the screen as SVG, kept in the repository: layout is guarded, and the README shows them."""

from __future__ import annotations

import re
from pathlib import Path

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App

FOLDER = Path(__file__).parent / "__snapshots__" / "test_pictures"
_IDS = re.compile(r"terminal-\d+")
_FONTS = re.compile(r"\s*@font-face \{[^}]*\}")


class PictureExtension(SingleFileSnapshotExtension):
    """One .svg file for each set of a test's parameters."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"


def picture(app: App[None]) -> str:
    """The screen as SVG that loads no fonts, with ids that do not change with every letter on it."""
    return _IDS.sub("terminal", _FONTS.sub("", app.export_screenshot(title="Actionbench", simplify=True)))
