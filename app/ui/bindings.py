"""Keys, palette entries and the key table, all made from the command registry and the screen's own verbs."""

from __future__ import annotations

from dataclasses import dataclass

from app.commands import load_all
from app.commands.registry import REGISTRY

load_all()
_SHOWN = {"plus": "+", "slash": "/", "question_mark": "?", "delete": "del", "escape": "esc", "ctrl+j": "ctrl+j"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something a key or the palette can do."""

    id: str
    """A command's id, or "view." and the name of a verb of the screen."""
    title: str
    help: str
    keys: tuple[str, ...]
    panes: tuple[str, ...] = ()
    """Where the keys work; empty for everywhere."""
    short: str = ""
    """One or two words for the line of keys; "" keeps it out of there."""

    @property
    def label(self) -> str:
        """Title and keys, for the palette."""
        return f"{self.title}  ({self.shown_keys})" if self.keys else self.title

    @property
    def shown_keys(self) -> str:
        """Its keys as a person reads them."""
        return " ".join(shown_key(key) for key in self.keys)


def shown_key(key: str) -> str:
    """A key's name as a person reads it: "plus" is +, "f5" is F5."""
    if key in _SHOWN:
        return _SHOWN[key]
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key


def _view(id: str, title: str, help: str, keys: str, panes: str = "", short: str = "") -> Entry:
    return Entry(
        id=f"view.{id}",
        title=title,
        help=help,
        keys=tuple(keys.split(",")),
        panes=tuple(panes.split(",")) if panes else (),
        short=short,
    )


VIEW_ENTRIES = (
    _view("help", "Help and keys", "Show every key.", "question_mark,f1", short="help"),
    _view("next_pane", "Next pane", "Move to the next pane.", "tab", short="next pane"),
    _view("previous_pane", "Previous pane", "Move to the previous pane.", "shift+tab"),
    _view("back", "Stop, or back", "Stop what is under way; else move to the navigator.", "escape", short="back"),
    _view("navigator", "Navigator", "Move to the navigator, whatever is under way.", "f2"),
    _view(
        "raw", "Raw or mapping", "Show the raw body or the mapping beside the tree.", "r", "response,raw,mapping", "raw"
    ),
    _view("enter", "Open", "Open what the cursor is on.", "enter", "navigator", "open"),
    _view(
        "change_line",
        "Change or send",
        "Change the line under the cursor; on the first line, send.",
        "enter",
        "request",
    ),
    _view("reveal", "Reveal token", "Show the token's value for ten seconds.", "R", "request", "reveal"),
    _view("record", "Open record", "Show all of the record under the cursor.", "enter", "records", "open"),
    _view("edit_record", "Edit record", "Change the record under the cursor.", "e", "records", "edit"),
    _view("search", "Search", "Search keys and values.", "slash", "response,raw", "search"),
    _view("search_next", "Next match", "Go to the next match.", "n", "response,raw"),
    _view("search_previous", "Previous match", "Go to the previous match.", "N", "response,raw"),
    _view("filter", "Filter", "Show only what an RFC 9535 query matches.", "f", "response", "filter"),
    _view("copy_path", "Copy path", "Copy the path of the field under the cursor.", "y", "response,raw", "copy path"),
    _view("copy_value", "Copy value", "Copy the value under the cursor.", "Y", "response,raw"),
    _view("copy_subtree", "Copy JSON", "Copy the JSON under the cursor, as it came.", "c", "response,raw"),
    _view("filter_records", "Filter", "Show the records that a condition matches.", "f", "records", "filter"),
    _view("search_records", "Search", "Show the records that hold some words anywhere.", "slash", "records", "search"),
    _view("sort_records", "Sort", "Sort by the marked column: up, down, not at all.", "S", "records", "sort"),
    _view("all_records", "All records", "Show all records again, the oldest first.", "F", "records"),
    _view("edit_cell", "Edit value", "Change the value in the marked column.", "v", "records", "edit value"),
    _view("open", "Open value", "Show the whole value under the cursor.", "o", "response,raw,records", "open"),
    _view("peek", "Peek", "Read a value as a date, URL, Base64, JSON or JWT.", "i", "response,raw", "peek"),
    _view("peek_time", "Peek as a time", "Read a number as a time since 1970.", "I", "response,raw"),
    _view("raw_way", "Pretty, as sent, hex", "Show the raw body in another way.", "p", "response,raw", "pretty"),
    _view("print", "Print", "Print what is under the cursor on the plain screen.", "P", "response,raw"),
    _view(
        "records_or_schema",
        "Records or schema",
        "Switch between an object's records and its schema.",
        "s",
        "records,schema",
        "records/schema",
    ),
    _view(
        "history",
        "History of runs",
        "Search, reopen and compare the runs that are kept; nothing is sent.",
        "H",
        "navigator,request,response,raw,mapping",
        "history",
    ),
    _view("redraw", "Redraw", "Draw the screen anew, after something else wrote on the terminal.", "ctrl+l"),
    _view("palette", "Command palette", "Find a command by name.", "ctrl+p", short="palette"),
    _view("lock", "Lock", "Close the vault and hide everything until the passphrase is typed.", "f9"),
    _view("quit", "Quit", "Leave the workbench.", "ctrl+q", short="quit"),
)

_SHORT = {
    "action.send": "send",
    "action.values": "values",
    "action.render": "explain",
    "action.curl": "cURL",
    "action.fill": "with a record",
    "action.publish": "make live",
    "action.seal": "seal as token",
    "sample.use": "sample",
    "action.mock": "keep sample",
    "environment.use": "environment",
    "action.edit": "edit",
    "action.options": "options",
    "action.create": "new action",
    "action.import-curl": "import cURL",
    "object.create": "new object",
    "token.add": "new token",
    "attribute.add": "add",
    "attribute.describe": "describe",
    "attribute.archive": "archive",
    "attribute.replace": "change",
    "attribute.rename": "rename",
    "object.rename": "rename",
    "schema.diagram": "draw",
    "record.edit-all": "edit many",
    "record.delete-all": "delete many",
    "record.put": "new",
    "record.columns": "columns",
    "record.delete": "delete",
    "record.import": "import",
    "record.export": "export",
    "record.buttons": "buttons",
    "mapping.pick": "pick",
    "mapping.suggest": "suggest mapping",
    "mapping.row": "attribute",
    "mapping.convert": "convert",
    "mapping.remove": "remove",
    "mapping.target": "target",
    "mapping.apply": "apply",
    "run.save": "save",
    "mapping.preview": "preview",
    "mapping.source": "source",
    "mapping.attribute": "new attribute",
    "mapping.object": "new object",
    "mapping.rejected": "rejected",
    "undo": "undo",
    "redo": "redo",
}

FIRST = {
    "records": (
        *("view.record", "view.filter_records", "view.search_records", "view.edit_record", "record.put"),
        *("record.import", "view.records_or_schema", "view.sort_records", "record.delete"),
    ),
    "schema": (
        *("attribute.add", "attribute.describe", "attribute.replace", "view.records_or_schema"),
        *("attribute.rename", "attribute.archive"),
    ),
}
"""What a person needs first in a pane: it stands first on the line of keys, where not all of them have room."""


def all_entries() -> tuple[Entry, ...]:
    """Every command of the registry that the screen offers, then the screen's own verbs."""
    commands = tuple(
        Entry(id=c.id, title=c.title, help=c.help, keys=c.keys, panes=c.panes, short=_SHORT.get(c.id, ""))
        for c in REGISTRY.values()
    )
    return (*commands, *VIEW_ENTRIES)


def entries_for(pane: str) -> tuple[Entry, ...]:
    """What has a key in a pane: first what belongs to it alone, then what works everywhere."""
    keyed = [entry for entry in all_entries() if entry.keys]
    own = [entry for entry in keyed if pane in entry.panes]
    return (*own, *(entry for entry in keyed if not entry.panes))


def entries_by_need(pane: str) -> tuple[Entry, ...]:
    """As `entries_for`, in the order in which the line of keys offers them."""
    first = FIRST.get(pane, ())
    return tuple(sorted(entries_for(pane), key=lambda e: first.index(e.id) if e.id in first else len(first)))


def entry_for_key(pane: str, key: str) -> Entry | None:
    """What a key does in a pane."""
    return next((entry for entry in entries_for(pane) if key in entry.keys), None)
