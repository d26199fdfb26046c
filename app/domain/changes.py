"""What one gesture does to the vault: the unit of commit, dry run, undo and of what listeners hear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from app.domain.action import Action
from app.domain.columns import RecordView
from app.domain.environment import CookieJar, Environment
from app.domain.mapping import Mapping, Redaction, Rejections, SeenPreview
from app.domain.plain import PlainDocument
from app.domain.record import Record
from app.domain.run import BodyPart, Run
from app.domain.schema import ObjectType, StandardType
from app.domain.settings import Settings
from app.domain.token import Grant, Token

Definition: TypeAlias = (
    ObjectType
    | StandardType
    | Action
    | Token
    | Mapping
    | SeenPreview
    | Redaction
    | Settings
    | Environment
    | Grant
    | CookieJar
    | RecordView
)
Entity: TypeAlias = Definition | Record | Run | BodyPart | Rejections | PlainDocument

OBJECTS, STANDARDS, ACTIONS, TOKENS = "objects", "standards", "actions", "tokens"
MAPPINGS, SETTINGS, RUNS, BODIES, COMMITS = "mappings", "settings", "runs", "bodies", "commits"
PREVIEWS, REDACTIONS, REJECTIONS = "previews", "redactions", "rejections"
ENVIRONMENTS, GRANTS, COOKIES = "environments", "grants", "cookies"
VIEWS = "views"
UNDONE = "undone"
DEFINITION_TABLES = (
    *(OBJECTS, STANDARDS, ACTIONS, TOKENS, MAPPINGS, PREVIEWS, REDACTIONS, SETTINGS),
    *(ENVIRONMENTS, GRANTS, COOKIES, VIEWS),
)
RECORD_TABLE_PREFIX = "records/"


def record_table(type_name: str) -> str:
    """The table that holds the records of a custom or standard object."""
    return RECORD_TABLE_PREFIX + type_name


@dataclass(frozen=True, slots=True)
class Change:
    """One document before and after; `before` None is a creation, `after` None a removal."""

    table: str
    number: int
    """The document's number within the table."""
    before: Entity | None
    after: Entity | None

    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(self.table, self.number, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything one gesture puts and removes; its cost follows its own size."""

    title: str
    """What was done, for the undo list: "Apply 24 orders to Order"."""
    items: tuple[Change, ...]
    is_undoable: bool = True
    """False for what cannot be taken back, such as the record that a request was sent."""

    @classmethod
    def of(cls, title: str, items: Iterable[Change], *, is_undoable: bool = True) -> Changes:
        """Collect changes, leaving out those that change nothing."""
        return cls(title, tuple(item for item in items if item.before != item.after), is_undoable)

    def inverse(self) -> Changes:
        """The changes that give back what was there, last first."""
        return Changes(f"Undo: {self.title}", tuple(item.inverse() for item in reversed(self.items)))

    def __bool__(self) -> bool:
        return bool(self.items)
