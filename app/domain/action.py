"""Custom actions (data connectors): what is sent, with which inputs and which token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, TokenId
from app.domain.secret import Secret
from app.domain.sending import SendOptions


class Method(StrEnum):
    """The HTTP methods an action can have."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"

    @property
    def is_mutating(self) -> bool:
        """Whether sending it may change the other system: asked first, always."""
        return self is not Method.GET


INPUT_TYPES = (DataType.TEXT, DataType.INTEGER, DataType.DECIMAL, DataType.BOOLEAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataInput:
    """A parameter of an action."""

    name: str
    data_type: DataType = DataType.TEXT
    description: str = ""
    is_required: bool = False
    default: str | None = None
    """What is sent when no value is given, as a person would type it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A request header; its value is a template."""

    name: str
    value: str
    is_enabled: bool = True


class ActionState(StrEnum):
    """Draft while being built; live once others may use it."""

    DRAFT = "draft"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class MockResponse:
    """A response kept as the action's sample. Using it is never a test."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One request somebody can send; URL, headers and body are templates."""

    id: ActionId
    name: str
    method: Method = Method.GET
    url: str
    description: str = ""
    headers: tuple[Header, ...] = ()
    body: str = ""
    inputs: tuple[DataInput, ...] = ()
    token_id: TokenId | None = None
    test_values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The values last used for its inputs, by name, as typed."""
    mock: MockResponse | None = None
    state: ActionState = ActionState.DRAFT
    sending: SendOptions = field(default_factory=SendOptions)
    """How its requests travel: redirects, certificates, proxy, limits of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A fixed token: sent as the header `header: prefix value`."""

    id: TokenId
    name: str
    header: str = "Authorization"
    prefix: str = ""
    """Stands before the value, with one space between: "Bearer"."""
    value: Secret

    @property
    def header_value(self) -> Secret:
        """The header's whole value."""
        return Secret(f"{self.prefix} {self.value.reveal()}".lstrip() if self.prefix else self.value.reveal())
