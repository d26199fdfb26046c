"""All definitions as one immutable value: objects, actions, tokens, mappings, settings, chosen columns."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from app.domain import changes as tables
from app.domain.action import Action
from app.domain.changes import Change, Changes, Definition
from app.domain.columns import RecordView
from app.domain.environment import CookieJar, Environment
from app.domain.identifiers import ActionId, StandardId, decode, encode
from app.domain.mapping import Mapping, Redaction, SeenPreview
from app.domain.schema import STANDARD_ATTRIBUTES, ObjectType, RecordType, StandardName, StandardType
from app.domain.settings import Settings
from app.domain.token import Grant, Token

T = TypeVar("T")


def _empty() -> ReadOnly[int, T]:
    return MappingProxyType({})


def standard_id(name: StandardName) -> StandardId:
    """The fixed id of a standard object."""
    return StandardId(encode("std", list(StandardName).index(name) + 1))


def standard_types() -> dict[int, StandardType]:
    """People, Company, Conversation as they are in a new workspace."""
    return {
        number: StandardType(id=standard_id(name), name=name, attributes=STANDARD_ATTRIBUTES[name])
        for number, name in enumerate(StandardName, start=1)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Every definition, by table and document number."""

    objects: ReadOnly[int, ObjectType] = field(default_factory=_empty)
    standards: ReadOnly[int, StandardType] = field(default_factory=standard_types)
    actions: ReadOnly[int, Action] = field(default_factory=_empty)
    tokens: ReadOnly[int, Token] = field(default_factory=_empty)
    mappings: ReadOnly[int, Mapping] = field(default_factory=_empty)
    previews: ReadOnly[int, SeenPreview] = field(default_factory=_empty)
    """By the number of their mapping."""
    redactions: ReadOnly[int, Redaction] = field(default_factory=_empty)
    """By the number of their action."""
    settings: Settings = field(default_factory=Settings)
    environments: ReadOnly[int, Environment] = field(default_factory=_empty)
    grants: ReadOnly[int, Grant] = field(default_factory=_empty)
    cookies: ReadOnly[int, CookieJar] = field(default_factory=_empty)
    views: ReadOnly[int, RecordView] = field(default_factory=_empty)

    def applied(self, changes: Changes) -> Workspace:
        """The workspace after `changes`; tables they do not touch are shared, not copied."""
        workspace = self
        for table in dict.fromkeys(item.table for item in changes.items):
            if table in tables.DEFINITION_TABLES:
                items = [item for item in changes.items if item.table == table]
                workspace = replace(workspace, **{table: _applied(getattr(workspace, table), items)})  # type: ignore[arg-type]  # the field is named as its table
        return workspace

    @property
    def active_objects(self) -> tuple[ObjectType, ...]:
        """Custom objects that are not archived, by name."""
        return tuple(sorted((o for o in self.objects.values() if not o.is_archived), key=_by_name))

    @property
    def types(self) -> tuple[RecordType, ...]:
        """Custom objects by name, archived ones last, then People, Company, Conversation."""
        custom = sorted(self.objects.values(), key=lambda kind: (kind.is_archived, *_by_name(kind)))
        return (*custom, *self.standards.values())

    @property
    def sorted_actions(self) -> tuple[Action, ...]:
        """Actions by name."""
        return tuple(sorted(self.actions.values(), key=_by_name))

    def type_named(self, name: str) -> RecordType | None:
        """The custom or standard object of that exact name."""
        return next((kind for kind in self.types if kind.name == name), None)

    def action_named(self, name: str) -> Action | None:
        """The action of that exact name."""
        return next((action for action in self.actions.values() if action.name == name), None)

    def token_named(self, name: str) -> Token | None:
        """The token of that exact name."""
        return next((token for token in self.tokens.values() if token.name == name), None)

    def token_of(self, action: Action) -> Token | None:
        """The token an action sends, if any."""
        return next((token for token in self.tokens.values() if token.id == action.token_id), None)

    @property
    def environment(self) -> Environment | None:
        """The active environment."""
        wanted = self.settings.environment_id
        return next((each for each in self.environments.values() if each.id == wanted), None)

    def environment_named(self, name: str) -> Environment | None:
        """The environment of that exact name."""
        return next((each for each in self.environments.values() if each.name == name), None)

    def grant_of(self, token: Token) -> Grant | None:
        """What a dynamic token has fetched for the active environment, good or expired."""
        here = self.environment.id if self.environment else None
        return next((g for g in self.grants.values() if (g.token_id, g.environment_id) == (token.id, here)), None)

    @property
    def jar(self) -> CookieJar | None:
        """The cookies of the active environment."""
        here = self.environment.id if self.environment else None
        return next((jar for jar in self.cookies.values() if jar.environment_id == here), None)

    def mapping_of(self, action: Action) -> Mapping | None:
        """The action's mapping, if it has one."""
        return next((mapping for mapping in self.mappings.values() if mapping.action_id == action.id), None)

    def seen_preview(self, mapping: Mapping) -> SeenPreview | None:
        """What the mapping was when its preview was last looked at."""
        return self.previews.get(decode(mapping.id))

    def redacted(self, action_id: ActionId) -> tuple[str, ...]:
        """Paths of the fields of an action's responses that are never kept."""
        found = self.redactions.get(decode(action_id))
        return found.paths if found else ()

    def view_of(self, type_name: str) -> RecordView | None:
        """The columns that were chosen for an object, if somebody did."""
        return next((view for view in self.views.values() if view.object == type_name), None)


def _by_name(thing: ObjectType | Action) -> tuple[str, str]:
    return thing.name.casefold(), thing.name


def _applied(current: object, items: list[Change]) -> object:
    if isinstance(current, Settings):
        last = items[-1].after
        return last if isinstance(last, Settings) else Settings()
    assert isinstance(current, ReadOnly)
    table: dict[int, Definition] = dict(current)
    for item in items:
        if item.after is None:
            table.pop(item.number, None)
        else:
            table[item.number] = item.after  # type: ignore[assignment]  # a table takes its own kind only
    return MappingProxyType(table)
