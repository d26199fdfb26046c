"""Every verb a person can ask for, once: the same function answers a key, the palette, a dialog and the shell."""

from __future__ import annotations

from importlib import import_module

_MODULES = (
    "vault",
    "vault_care",
    "vault_files",
    "keyring",
    "autolock",
    "objects",
    "attributes",
    "replacing",
    "copying",
    "refused_edits",
    "schema",
    "records",
    "record_import",
    "record_export",
    "buttons",
    "finding",
    "record_detail",
    "bulk",
    "actions",
    "importing",
    "explaining",
    "sending",
    "options",
    "test_values",
    "states",
    "tokens",
    "dynamic_tokens",
    "environments",
    "mappings",
    "applying",
    "picking",
    "sourcing",
    "creating",
    "redacting",
    "rejected",
    "runs",
    "filtering",
    "comparing",
    "repeating",
    "retention",
    "saving",
    "samples",
    "sealing",
    "undo",
)


def load_all() -> None:
    """Import every module of commands, so that the registry is complete."""
    for module in _MODULES:
        import_module(f"app.commands.{module}")
