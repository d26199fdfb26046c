"""The keys of the history window: one list that binds them, stands on its last lines, and fills help and README."""

from __future__ import annotations

from app.commands import load_all
from app.commands.registry import REGISTRY
from app.ui.bindings import Entry

load_all()


def _own(name: str, title: str, help: str, keys: str, short: str) -> Entry:
    return Entry(id=f"history.{name}", title=title, help=help, keys=tuple(keys.split(",")), short=short)


def _command(id: str, name: str, keys: str, short: str) -> Entry:
    command = REGISTRY[id]
    return _own(name, command.title, command.help, keys, short)


HISTORY_KEYS = (
    _own("open", "Open run", "Show the run in the panes again, with what it sent; nothing is sent.", "enter", "open"),
    _own("search", "Search", "Search URL, status, outcome, time and request.", "slash", "search"),
    _own("failed", "Failed only", "Show only runs that failed, or all again.", "f", "failed"),
    _own("bodies", "Search bodies too", "Look for the words in the responses' bodies too.", "b", "bodies"),
    _own("all", "All actions or one", "Show the runs of all actions, or of the selected one.", "a", "all"),
    _own("mark", "Mark for comparing", "Mark the run under the cursor, or take the mark from it.", "m", "mark"),
    _command("run.compare", "compare", "c", "compare"),
    _command("run.show", "details", "D", "details"),
    _command("run.again", "again", "r", "send again"),
    _command("run.purge", "purge", "x,delete", "purge"),
    _command("run.retention", "retention", "K", "keep how long"),
)
