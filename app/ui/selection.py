"""What is selected on the main screen, and what is shown of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from app.domain.run import Run
from app.domain.workspace import Workspace
from app.engine.content import Content
from app.engine.infer import ResponseField
from app.engine.json_index import JsonIndex
from app.engine.preview import Preview
from app.engine.sources import Candidate


class Kind(Enum):
    """What the navigator can select."""

    NOTHING = ""
    OBJECT = "object"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Selection:
    """One entry of the navigator, by name."""

    kind: Kind = Kind.NOTHING
    name: str = ""

    @property
    def object(self) -> str:
        """The selected object's name, or ""."""
        return self.name if self.kind is Kind.OBJECT else ""

    @property
    def action(self) -> str:
        """The selected action's name, or ""."""
        return self.name if self.kind is Kind.ACTION else ""

    def is_in(self, workspace: Workspace) -> bool:
        """Whether it still exists."""
        if self.kind is Kind.OBJECT:
            return workspace.type_named(self.name) is not None
        return self.kind is Kind.ACTION and workspace.action_named(self.name) is not None


@dataclass(frozen=True, slots=True)
class Shown:
    """A run with its body, ready to be looked at."""

    run: Run
    body: bytes = field(repr=False)
    """As it came; a beginning, as long as it is not `is_whole`."""
    index: JsonIndex | None
    """Over the body as JSON, XML converted; None when it is neither."""
    content: Content
    text: bytes = field(repr=False)
    """The body as the raw view shows it: text in UTF-8, anything else byte for byte."""
    problem: str = ""
    """Why there is no index, where one might be expected."""
    is_whole: bool = True
    """Whether all of the body was read: the beginning of a large one can be looked at before."""

    @property
    def has_nodes(self) -> bool:
        """Whether there is a tree to show, at least of the beginning."""
        return bool(self.index and len(self.index))

    @property
    def is_json_raw(self) -> bool:
        """Whether the raw view shows the very bytes that the index is over."""
        return self.index is not None and self.index.data is self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What was found out about a shown response: where its records are, what they hold, what a mapping would write."""

    preview: Preview | None = None
    sources: tuple[Candidate, ...] = ()
    fields: tuple[ResponseField, ...] = ()
