"""The response pane: status, time and size in its title, the body as a collapsible tree below."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from app.commands.run_lines import about, size_words, status_words, token_story
from app.domain.path import FieldPath
from app.domain.run import FailureKind, Run
from app.domain.text import cell_width, clip, visible
from app.engine.content import ContentKind
from app.engine.preview import Preview
from app.ui.panes.marks import Marks
from app.ui.selection import Shown
from app.ui.widgets.json_tree import JsonTree

_BEFORE_ANY_ANSWER = ("dns", "connect", "tls")


class ResponsePane(Vertical):
    """Space picks the node under the cursor; picked nodes and rejected records carry a mark."""

    DEFAULT_CLASSES = "pane"
    shown: reactive[Shown | None] = reactive[Shown | None](None)
    preview: reactive[Preview | None] = reactive[Preview | None](None)
    is_sending: reactive[bool] = reactive(False)
    note: reactive[str] = reactive("")
    """What a search has to say; it stands before the path."""
    filter_note: reactive[str] = reactive("")
    """What the filter has to say."""

    @dataclass
    class Moved(Message):
        """The cursor is on another node; `offset` is where it starts in the body."""

        offset: int

    def __init__(self) -> None:
        super().__init__(id="response")
        self.border_title = "Response"
        self.is_indexing = True
        """Whether the index of a body goes on; a person may have stopped it."""

    def compose(self) -> ComposeResult:
        """What happened on the way, where there is something to tell; the tree."""
        yield Static(id="on-the-way")
        yield JsonTree(id="response-tree", classes="body")

    @property
    def path(self) -> str:
        """RFC 9535 path of the node under the cursor, or ""."""
        tree = self.query_one(JsonTree)
        if tree.index is None or tree.node is None:
            return ""
        return str(FieldPath(tree.index.segments(tree.node)))

    def on_mount(self) -> None:
        """Nothing was sent yet."""
        self._draw()

    def watch_shown(self) -> None:
        """Another run, or none."""
        if self.is_mounted:
            self._draw()

    def watch_note(self) -> None:
        """A search or a filter has come further."""
        if self.is_mounted:
            self.border_subtitle = self._subtitle()

    def watch_filter_note(self) -> None:
        """The filter has come further."""
        if self.is_mounted:
            self.border_subtitle = self._subtitle()

    def index_grew(self) -> None:
        """More of the body is indexed: there may be more rows."""
        tree = self.query_one(JsonTree)
        if self.shown and tree.index is not self.shown.index:
            self._draw()
        tree.grow()
        tree.refresh_open_ended()
        self.border_subtitle = self._subtitle()

    def watch_is_sending(self) -> None:
        """Say that an answer is awaited, and how to stop waiting."""
        if self.is_mounted:
            self.border_subtitle = "sending … esc stops waiting" if self.is_sending else self._subtitle()

    def watch_preview(self) -> None:
        """Mark what is mapped and what would be rejected."""
        tree = self.query_one(JsonTree)
        if tree.index is not None:
            tree.mark(Marks(tree.index, self.preview) if self.preview else None)

    def _draw(self) -> None:
        tree = self.query_one(JsonTree)
        shown = self.shown
        if shown and tree.index is shown.index is not None:
            self.index_grew()
            return
        self.border_title = Content(visible(f"Response  {headline(shown.run)}" if shown else "Response"))
        self.border_subtitle = self._subtitle()
        story = _on_the_way(shown.run, with_failure=shown.has_nodes) if shown else ""
        on_the_way = self.query_one("#on-the-way", Static)
        on_the_way.update(Content(visible(story)))
        on_the_way.display = bool(story)
        self.set_class(bool(shown and not shown.run.is_success), "-failed")
        if shown is None:
            tree.clear("No response yet.", "F5 or ctrl+j sends the request.")
        elif shown.index is None or not shown.has_nodes:
            self._say(_instead_of_tree(shown))
        else:
            tree.show(shown.index)

    def _say(self, sentences: list[str]) -> None:
        """Sentences instead of a tree, wrapped so that none is cut off."""
        tree = self.query_one(JsonTree)
        width = max(20, tree.size.width - 1)
        tree.clear(*(line for text in sentences for line in textwrap.wrap(visible(text), width)))

    def on_resize(self) -> None:
        """Wrap what is said instead of a tree anew."""
        if self.shown and not self.shown.has_nodes:
            self._say(_instead_of_tree(self.shown))

    def _subtitle(self) -> Content:
        if self.shown is None:
            return Content("")
        index = self.shown.index
        parts = [part for part in (self.note, shortened(self.filter_note, self.size.width // 2)) if part]
        if index is not None and not index.is_done:
            word = "indexing" if self.is_indexing else "indexed to"
            parts.append(f"{word} {index.reached / max(1, len(index.data)):.0%}" if index.is_whole else "reading")
        problem = index.problem if index and self.shown.has_nodes else None
        room = max(20, self.size.width - 6 - sum(len(part) + 3 for part in parts))
        if problem:
            room = max(20, room // 2)
            parts.append(shortened(f"broken JSON: {problem}", room))
        return Content(" · ".join([*parts, shortened(self.path, room)]))

    @on(JsonTree.NodeHighlighted)
    def _moved(self, event: JsonTree.NodeHighlighted) -> None:
        event.stop()
        self.border_subtitle = self._subtitle()
        index = self.query_one(JsonTree).index
        if index is not None:
            self.post_message(self.Moved(index.start(event.node)))


def shortened(text: str, room: int) -> str:
    """A text made visible, its middle left out where it is too long: both ends of a path say where one is."""
    text = visible(text)
    if cell_width(text) <= room:
        return text
    head = clip(text, room // 3)
    tail = text[-(room - room // 3) :]
    while cell_width(tail) > room - cell_width(head):
        tail = tail[1:]
    return head + tail


def _instead_of_tree(shown: Shown) -> list[str]:
    """What to say where there is no JSON to show: what went wrong, what came, and how to look at it."""
    run = shown.run
    lines = [run.failure.message] if run.failure else []
    lines += [shown.problem] if shown.problem else []
    kind = shown.content.kind
    if not shown.is_whole:
        return [
            *lines,
            "Reading the body …" if shown.index else f"The tree of the {kind} is being made; r shows it as it came.",
        ]
    if kind is ContentKind.EMPTY:
        return [
            *lines,
            "There is no body." if run.response else "Nothing came back.",
            "D shows the details of the run.",
        ]
    if kind is ContentKind.JSON or shown.problem:
        lines.append(f"The body cannot be shown as a tree: r shows the {kind} as it came.")
    elif kind.is_text:
        lines.append(f"The body is not JSON but {kind}: r shows it as it came, S saves it as a file.")
    else:
        lines += about(run, shown.content, len(shown.body))
        lines.append("r shows its bytes, S saves it as a file, D shows the details of the run.")
    return [*lines, *shown.content.remarks]


def _on_the_way(run: Run, *, with_failure: bool) -> str:
    """What happened to the token, and why it could not be fetched where nothing else says so."""
    failure = run.failure
    is_token = failure is not None and failure.kind is FailureKind.TOKEN_REFRESH
    return " ".join((*token_story(run), *([failure.message] if failure and is_token and with_failure else [])))


def headline(run: Run) -> str:
    """Outcome, time and size: "200 OK · 34 ms · 12.1 kB", with MOCK before it where it is one."""
    parts = ["MOCK"] if run.is_mock else ["INSECURE"] if run.is_insecure else []
    is_unreached = run.failure is not None and run.failure.stage in _BEFORE_ANY_ANSWER
    parts.append("not reached" if is_unreached else status_words(run))
    if run.response:
        parts += [f"{run.response.elapsed_ms:.0f} ms", size_words(run.response.body_size)]
        if run.response.is_cut:
            parts.append("CUT")
    if run.hops:
        parts.append(f"{len(run.hops)} redirect{'s' if len(run.hops) > 1 else ''}")
    return " · ".join(parts)
