"""The request pane: method, URL, inputs with their test values, headers, token and body of the selected action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer

from app.commands.test_values import asked_names
from app.domain.action import Action, BodyFormat
from app.domain.run import Run
from app.domain.samples import samples
from app.domain.secret import Secret
from app.domain.sending import option_lines
from app.domain.text import visible
from app.domain.token import Token, TokenKind
from app.domain.workspace import Workspace
from app.engine.plain_secrets import hidden, noticed
from app.ui.panes.sent import sent_lines
from app.ui.selection import Selection
from app.ui.widgets.lines import Line, Lines

REVEALED_SECONDS = 10


class RequestPane(Vertical):
    """Enter on an input sets its test value; on anything else it opens the action's editor."""

    DEFAULT_CLASSES = "pane"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    reopened: reactive[Run | None] = reactive[Run | None](None)
    """A run of the history: what it sent stands below what the action would send now."""

    @dataclass
    class EntryChosen(Message):
        """A line was chosen; it names the command that changes it."""

        entry_id: str

    def __init__(self) -> None:
        super().__init__(id="request")
        self._entries: tuple[str, ...] = ()
        self._is_revealed = False
        self._hide_later: Timer | None = None

    def compose(self) -> ComposeResult:
        """One list of lines."""
        yield Lines(id="request-lines", classes="body")

    def watch_workspace(self) -> None:
        """The action may have changed."""
        self._draw()

    def watch_selection(self) -> None:
        """Another action."""
        self._is_revealed = False
        self._draw()

    def watch_reopened(self) -> None:
        """A run was taken from the history, or left."""
        self._draw()

    def on_mount(self) -> None:
        """The first drawing."""
        self._draw()

    @property
    def entry(self) -> str:
        """The command that the line under the cursor is for."""
        row = self.query_one(Lines).cursor
        return self._entries[row] if row < len(self._entries) else "action.edit"

    def reveal(self) -> bool:
        """Show the token, and what is hidden in the text, for ten seconds; False when there is nothing to show."""
        action = self.workspace.action_named(self.selection.action)
        token = self.workspace.token_of(action) if action else None
        if action is None or not ((token and self._value(token)) or noticed(action)):
            return False
        if self._hide_later:
            self._hide_later.stop()
        self._hide_later = self.set_timer(REVEALED_SECONDS, self._hide)
        self._is_revealed = True
        self._draw()
        return True

    def _hide(self) -> None:
        self._is_revealed = False
        self._draw()

    def _value(self, token: Token) -> Secret:
        """What is sent of a token now; empty for a dynamic one that has fetched nothing."""
        grant = self.workspace.grant_of(token) if token.request else None
        return grant.value if grant else token.sent_value

    def _draw(self) -> None:
        action = self.workspace.action_named(self.selection.action)
        if not self.is_mounted or action is None:
            return
        self.border_title = Content(visible(action.name))
        self.border_subtitle = Content(f"{action.state_words} · enter or F5 sends")
        rows = self._rows(action)
        self._entries = tuple(entry for _, entry in rows)
        self.query_one(Lines).show([line for line, _ in rows])

    def _rows(self, whole: Action) -> list[tuple[Line, str]]:
        action = whole if self._is_revealed else hidden(whole)
        rows = [(Line(f"{action.method:<6} ", (action.url, "accent"), style="heading"), "action.send")]
        if action.description:
            rows.append((Line(action.description, style="muted"), "action.edit"))
        rows += [(line, "action.values") for line in self._inputs(action)]
        query = [_row(row.name, " = ", row.value, is_enabled=row.is_enabled) for row in action.query]
        headers = [_row(row.name, ": ", row.value, is_enabled=row.is_enabled) for row in action.headers]
        for title, lines in (("Query", query), ("Headers", headers)):
            rows += [(Line(_label(title, number), *parts), "action.edit") for number, parts in enumerate(lines)]
        rows.append((self._token(action), "action.edit"))
        rows += [(line, "action.seal") for line in _plain_secrets(whole)]
        rows += [(line, "action.edit") for line in self._body(action)]
        for number, (label, words) in enumerate(option_lines(action.sending)):
            style = "bad" if label == "insecure" else ""
            rows.append((Line(_label("Sending", number), (f"{label}: {words}", style)), "action.options"))
        rows.append((self._environment(), "environment.use"))
        rows += [(line, "sample.use") for line in _samples(action)]
        if self.reopened:
            rows += [(line, "run.show") for line in sent_lines(self.reopened)]
        return rows

    def _token(self, action: Action) -> Line:
        token = self.workspace.token_of(action)
        if token is None:
            return Line(_label("Token"), ("none", "muted"))
        if self._is_revealed and self._value(token):
            prefix = f"{token.prefix} " if token.prefix else ""
            return Line(
                _label("Token"), token.name, (f"  {token.header}: {prefix}{self._value(token).reveal()}", "bad")
            )
        hosts = f"  for {', '.join(token.hosts)}" if token.hosts else ""
        kind = "" if token.kind is TokenKind.FIXED else f"  {token.kind}"
        fetched = "" if not token.request or self.workspace.grant_of(token) else ", not fetched yet"
        return Line(_label("Token"), token.name, (f"  {token.header}: {token.shown}{kind}{fetched}{hosts}", "muted"))

    def _body(self, action: Action) -> Iterator[Line]:
        kind = f" {action.body_format}" if action.body_format is not BodyFormat.AUTO else ""
        reads = [("  only reads: sent without asking", "muted")] if action.only_reads else []
        if kind or reads:
            yield Line(
                _label("Body"),
                (f"{kind.strip() or 'none'}{' ' + action.content_type if kind else ''}", "muted"),
                *reads,
            )
        for number, text in enumerate(action.body.splitlines()):
            yield Line(_label("Body", number + bool(kind or reads)), text)

    def _environment(self) -> Line:
        environment = self.workspace.environment
        if environment is None:
            return Line(_label("Envir."), ("none", "muted"), ("  E chooses one", "muted"))
        names = ", ".join(f"env.{name}" for name in environment.variables)
        production = ("  production: changes want the host typed", "bad") if environment.is_production else ("", "")
        return Line(_label("Envir."), environment.name, (f"  {names}", "muted"), production)

    def _inputs(self, action: Action) -> list[Line]:
        lines = []
        declared = {item.name: item for item in action.inputs}
        for number, name in enumerate(asked_names(action)):
            item = declared.get(name)
            value = action.test_values.get(name) or (item.default if item else "") or ""
            need = "attribute" if item is None else f"{item.data_type}{', required' if item.is_required else ''}"
            missing = bool(item and item.is_required and not value)
            shown = (
                (f'"{value}"', "accent") if value else ("needed" if missing else "empty", "bad" if missing else "muted")
            )
            lines.append(Line(_label("Inputs", number), f"{name} = ", shown, (f"  {need}", "muted")))
        return lines

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        event.stop()
        self.post_message(self.EntryChosen(self._entries[event.row]))


def _plain_secrets(action: Action) -> Iterator[Line]:
    """The secrets that everybody can read here, and what helps."""
    for number, each in enumerate(noticed(action)):
        yield Line(
            _label("Secret", number), (f"{each.label} in plain text", "bad"), ("  s seals it as a token", "muted")
        )


def _samples(action: Action) -> Iterator[Line]:
    """The sample that MOCK answers with, and the others."""
    if action.mock:
        others = ", ".join(each.name for each in samples(action) if each != action.mock)
        rest = f"  others: {others}" if others else ""
        yield Line(_label("Sample"), action.mock.name, (f"  {action.mock.status}, for MOCK{rest}", "muted"))


def _row(name: str, sign: str, value: str, *, is_enabled: bool) -> tuple[str | tuple[str, str], ...]:
    """A row of a table, dim when it is switched off."""
    if is_enabled:
        return (f"{name}{sign}{value}",)
    return ((f"{name}{sign}{value}  (off)", "muted"),)


def _label(text: str, number: int = 0) -> tuple[str, str]:
    return f"{'' if number else text:<9}", "muted"
