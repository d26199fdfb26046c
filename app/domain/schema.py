"""Custom objects, standard objects and their attributes (Intercom's terms; see the README's sources)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from app.domain.datatypes import DataType
from app.domain.identifiers import ObjectId, StandardId


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One typed field of an object. After it is made only its description can change."""

    name: str
    data_type: DataType
    description: str = ""
    options: tuple[str, ...] = ()
    """The fixed set of a list; empty for every other format."""
    target: str = ""
    """A reference's type: the name of a custom object, or People, Company, Conversation."""
    many: bool = False
    """A reference to many records, not one."""
    is_archived: bool = False
    is_built_in: bool = False
    """There from birth: cannot be archived."""

    @property
    def format(self) -> str:
        """The format with what makes it particular: "list of 4", "reference to many Item"."""
        if self.data_type is DataType.LIST:
            return f"list of {len(self.options)}"
        if self.data_type is DataType.REFERENCE:
            return f"reference to {'many' if self.many else 'one'} {self.target}"
        return self.data_type.value


class StandardName(StrEnum):
    """The three standard objects."""

    PEOPLE = "People"
    COMPANY = "Company"
    CONVERSATION = "Conversation"


EXTERNAL_ID = "external_id"

_BIRTH = (
    Attribute(
        name=EXTERNAL_ID,
        data_type=DataType.TEXT,
        description="The record's id in the other system; records are matched by it.",
        is_built_in=True,
    ),
    Attribute(
        name="external_created_at",
        data_type=DataType.DATE,
        description="When the other system made it.",
        is_built_in=True,
    ),
    Attribute(
        name="external_updated_at",
        data_type=DataType.DATE,
        description="When the other system last changed it.",
        is_built_in=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """A custom object's schema: a name that is never changed, a description, attributes."""

    id: ObjectId
    name: str
    description: str = ""
    attributes: tuple[Attribute, ...] = _BIRTH
    is_archived: bool = False
    created_at: str = ""
    """ISO 8601, UTC."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Attributes that can identify a record, the best first."""
        return (EXTERNAL_ID,)

    @property
    def text_limit(self) -> int | None:
        """Characters a text may have; no limit is documented for custom objects."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardType:
    """People, Company or Conversation: attributes of the product, and custom data attributes of one's own."""

    id: StandardId
    name: StandardName
    description: str = ""
    attributes: tuple[Attribute, ...] = ()
    is_archived: bool = False
    """Never true; here so that both kinds of type can be asked."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Attributes that can identify a record, the best first."""
        return (EXTERNAL_ID, "email") if self.name is StandardName.PEOPLE else (EXTERNAL_ID,)

    @property
    def text_limit(self) -> int | None:
        """Characters the text of a custom data attribute may have."""
        return 255


RecordType: TypeAlias = ObjectType | StandardType
"""Whatever has attributes and records."""


def attribute_of(kind: RecordType, name: str) -> Attribute | None:
    """The attribute of that exact name, archived ones included."""
    return next((attribute for attribute in kind.attributes if attribute.name == name), None)


def active_attributes(kind: RecordType) -> tuple[Attribute, ...]:
    """Attributes that are not archived, in the order they were added."""
    return tuple(attribute for attribute in kind.attributes if not attribute.is_archived)


def _built_in(*pairs: tuple[str, DataType, str]) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(name=name, data_type=kind, description=description, is_built_in=True)
        for name, kind, description in pairs
    )


_TEXT, _DATE, _INTEGER, _BOOLEAN = DataType.TEXT, DataType.DATE, DataType.INTEGER, DataType.BOOLEAN
STANDARD_ATTRIBUTES: Mapping[StandardName, tuple[Attribute, ...]] = MappingProxyType(
    {
        StandardName.PEOPLE: _built_in(
            (EXTERNAL_ID, _TEXT, "The person's id in your system (user id)."),
            ("email", _TEXT, "The person's e-mail address."),
            ("name", _TEXT, "The person's full name."),
            ("phone", _TEXT, "The person's phone number."),
            ("signed_up_at", _DATE, "When the person signed up."),
        ),
        StandardName.COMPANY: _built_in(
            (EXTERNAL_ID, _TEXT, "The company's id in your system (company id)."),
            ("name", _TEXT, "The company's name."),
            ("plan", _TEXT, "The plan the company is on."),
            ("size", _INTEGER, "How many people work there."),
            ("website", _TEXT, "The company's web site."),
            ("industry", _TEXT, "What the company does."),
        ),
        StandardName.CONVERSATION: _built_in(
            (EXTERNAL_ID, _TEXT, "The conversation's id."),
            ("title", _TEXT, "The conversation's title."),
            ("state", _TEXT, "open, closed or snoozed."),
            ("priority", _BOOLEAN, "Whether it is marked as a priority."),
        ),
    }
)
