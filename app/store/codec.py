"""Documents to dataclasses and back: the one place where stored JSON meets the types of the domain.

A document does not repeat what its place says: the id is its number in clothes, a record's type is its table. Decoding
is strict; an error names the table, the number and the path inside the document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as ReadOnly
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from app.domain import changes as tables
from app.domain.action import Action
from app.domain.changes import Entity
from app.domain.columns import RecordView
from app.domain.environment import CookieJar, Environment
from app.domain.identifiers import encode
from app.domain.mapping import Mapping, Redaction, Rejections, SeenPreview
from app.domain.plain import PlainDocument
from app.domain.record import Record
from app.domain.run import BodyPart, Run
from app.domain.schema import ObjectType, StandardType
from app.domain.secret import Secret
from app.domain.settings import Settings
from app.domain.token import Grant, Token
from app.errors import VaultDamaged

Document = dict[str, object]
E = TypeVar("E", bound=Entity)

_KINDS: dict[str, tuple[type[Entity], str]] = {
    tables.OBJECTS: (ObjectType, "obj"),
    tables.STANDARDS: (StandardType, "std"),
    tables.ACTIONS: (Action, "act"),
    tables.TOKENS: (Token, "tok"),
    tables.MAPPINGS: (Mapping, "map"),
    tables.PREVIEWS: (SeenPreview, ""),
    tables.REDACTIONS: (Redaction, ""),
    tables.REJECTIONS: (Rejections, ""),
    tables.ENVIRONMENTS: (Environment, "env"),
    tables.GRANTS: (Grant, "gra"),
    tables.COOKIES: (CookieJar, "jar"),
    tables.SETTINGS: (Settings, ""),
    tables.VIEWS: (RecordView, ""),
    tables.RUNS: (Run, "run"),
    tables.BODIES: (BodyPart, ""),
}
_RECORD = (Record, "rec")
_PLAIN = (PlainDocument, "")


def new_id(table: str, number: int) -> str:
    """The id of document `number` of `table`."""
    return encode(_kind(table)[1], number)


def to_document(entity: Entity) -> Document:
    """The document of an entity: JSON types only, without its id and, for a record, its type."""
    if isinstance(entity, PlainDocument):
        return dict(entity.fields)
    if isinstance(entity, Record):
        return _record_document(entity)
    document: Document = msgspec.to_builtins(entity, enc_hook=_encode)
    document.pop("id", None)
    return document


def _record_document(record: Record) -> Document:
    """As for every entity, written out: an import puts a hundred thousand of them."""
    values = dict(record.values)
    if tuple in set(map(type, values.values())):
        values = {name: list(value) if type(value) is tuple else value for name, value in values.items()}  # type: ignore[misc]  # JSON has no tuples
    return {
        "values": values,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "run_id": record.run_id,
    }


def from_document(table: str, number: int, document: ReadOnly[str, object]) -> Entity:
    """The entity of a document; VaultDamaged when it does not have the shape of its table."""
    kind, prefix = _kind(table)
    fields = dict(document)
    if kind is PlainDocument:
        return PlainDocument(fields=MappingProxyType(fields))
    if kind is Record:
        fields["type_name"] = table.removeprefix(tables.RECORD_TABLE_PREFIX)
    try:
        if prefix:
            fields["id"] = encode(prefix, number)
        entity: Entity = msgspec.convert(fields, kind, dec_hook=_decode)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        reason = str(error) if isinstance(error, msgspec.ValidationError) else "its number cannot be an id"
        raise VaultDamaged(
            f"Document {number} of the table {table} does not have the expected shape: {reason}. "
            "It was written by another program; correct it there, or remove it."
        ) from None
    return entity


def is_known(table: str) -> bool:
    """Whether the documents of a table mean something here; those of others are plain documents."""
    return table in _KINDS or table.startswith(tables.RECORD_TABLE_PREFIX)


def _kind(table: str) -> tuple[type[Entity], str]:
    return _RECORD if table.startswith(tables.RECORD_TABLE_PREFIX) else _KINDS.get(table, _PLAIN)


def _encode(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, ReadOnly):
        return dict(value)
    raise NotImplementedError(type(value).__name__)


def _decode(kind: type, value: Any) -> Any:
    if kind is Secret:
        if not isinstance(value, str):
            raise TypeError("Expected `str`")
        return Secret(value)
    raise NotImplementedError(kind.__name__)


def plain(value: object) -> object:
    """A value of the domain as JSON types for output; secrets become dots."""
    return msgspec.to_builtins(value, enc_hook=_mask)


def _mask(value: Any) -> Any:
    return str(value) if isinstance(value, (Secret, Path)) else _encode(value)


def to_json(value: object, *, indent: int = 2) -> str:
    """One JSON document, for output; secrets become dots, and what a terminal could act on is escaped."""
    shown = plain(value)
    try:
        text = msgspec.json.format(msgspec.json.encode(shown), indent=indent).decode()
    except UnicodeEncodeError:  # a lone surrogate, as a shell's argument may hold
        text = json.dumps(shown, indent=indent, ensure_ascii=False)
    unseen = (letter for letter in set(text) if not letter.isprintable() and letter != "\n")
    return text.translate({ord(letter): _escaped(letter) for letter in unseen})


def _escaped(letter: str) -> str:
    return "\\u007f" if letter == "\x7f" else json.dumps(letter)[1:-1]
