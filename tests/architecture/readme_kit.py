"""The parts of the README that are made from the command registry. Run as a program it writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from app.cli.grammar import metavar
from app.commands import load_all
from app.commands.registry import REGISTRY, Command
from app.domain.secret import Secret
from app.ui.bindings import all_entries
from app.ui.history_keys import HISTORY_KEYS

README = Path(__file__).resolve().parents[2] / "README.md"
_PART = r"(<!-- {name}: [^\n]*-->\n).*?(<!-- /{name} -->)"


def key_table() -> str:
    """Every key with what it does and where."""
    rows = ["| key | does | in |", "|---|---|---|"]
    for entry in all_entries():
        if entry.keys:
            keys = " ".join(f"`{key}`" for key in entry.shown_keys.split(" "))
            rows.append(f"| {keys} | {entry.title}: {entry.help} | {', '.join(entry.panes) or 'everywhere'} |")
    for entry in HISTORY_KEYS:
        keys = " ".join(f"`{key}`" for key in entry.shown_keys.split(" "))
        rows.append(f"| {keys} | {entry.title}: {entry.help} | history of runs |")
    rows.append("| `up` `down` `pgup` `pgdn` `home` `end` | Move. | every list |")
    rows.append("| `left` `right` `enter` `1`–`9` | Collapse, expand, open so many levels. | response |")
    return "\n".join(rows)


def grammar() -> str:
    """Every command of the shell with its arguments."""
    load_all()
    lines = [*(_line(command) for command in REGISTRY.values())]
    lines.append("vault init [--sample] [--base-url URL]")
    lines += ["demo", "demo-api [--port N]"]
    return "\n".join(["```text", *sorted(lines), "```"])


def _line(command: Command) -> str:
    parts = [" ".join(command.words)]
    for spec in command.specs:
        if spec.name in ("again", "current") or command.id == "vault.salvage":
            parts += [] if spec.kind is Secret else [spec.name.upper()]
        elif spec.kind is Secret:
            parts.append(f"< {spec.name.upper()}")
        elif spec.is_positional:
            parts.append(metavar(spec) + (" …" if spec.kind is tuple else ""))
        else:
            value = "" if spec.kind is bool else f" {metavar(spec)}"
            option = f"{spec.option}{value}"
            parts.append(option if spec.is_required else f"[{option}]")
    if command.confirms:
        parts.append("[--yes]")
    if command.demands:
        parts.append("[--yes-host HOST]")
    return " ".join(parts)


def filled(readme: str) -> str:
    """The README with its made parts as they should be."""
    for name, text in (("keys", key_table()), ("grammar", grammar())):
        pattern = re.compile(_PART.format(name=name), re.DOTALL)
        readme = pattern.sub(lambda found, text=text: f"{found[1]}{text}\n{found[2]}", readme)
    return readme


if __name__ == "__main__":
    README.write_text(filled(README.read_text("utf-8")), "utf-8")
