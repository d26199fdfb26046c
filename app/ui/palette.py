"""The command palette: every command and every view verb, with the reason when one cannot be used now."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from app.commands.registry import REGISTRY, Disabled
from app.ui.bindings import Entry, all_entries
from app.ui.screens.main import MainScreen


class CommandProvider(Provider):
    """Finds commands by title."""

    def _entries(self) -> list[tuple[Entry, str]]:
        """Everything that there is, each with the reason why it cannot be used now, or ""."""
        if not isinstance(self.screen, MainScreen):
            return []
        context, found = self.screen.context(), []
        for entry in all_entries():
            gathered = REGISTRY[entry.id].gather(context) if entry.id in REGISTRY else {}
            found.append((entry, gathered.reason if isinstance(gathered, Disabled) else ""))
        return found

    def _run(self, entry: Entry) -> None:
        screen = self.screen
        if isinstance(screen, MainScreen):
            screen.run_entry(entry.id)

    async def discover(self) -> Hits:
        """Everything that can be used now, before anything is typed."""
        pane = self.screen.pane if isinstance(self.screen, MainScreen) else ""
        for entry, reason in sorted(self._entries(), key=lambda each: _rank(each[0], pane)):
            if not reason:
                yield DiscoveryHit(Content(entry.label), partial(self._run, entry), help=escape(entry.help))

    async def search(self, query: str) -> Hits:
        """Commands whose title matches; those that cannot be used say why."""
        matcher = self.matcher(query)
        for entry, reason in self._entries():
            score = matcher.match(entry.title)
            if score > 0:
                help = f"Not now: {reason}" if reason else entry.help
                yield Hit(
                    score / 2 if reason else score, Content(entry.label), partial(self._run, entry), help=escape(help)
                )


def _rank(entry: Entry, pane: str) -> int:
    """First what belongs to the pane one is in, last the looking after the vault."""
    if pane in entry.panes:
        return 0
    return 2 if entry.id.startswith("vault.") else 1
