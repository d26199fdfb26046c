"""Custom actions (data connectors): what is sent, with which inputs and which token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, TokenId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRow:
    """A row of the query table: plain text with placeholders, encoded when it is put into the URL."""

    name: str
    value: str
    is_enabled: bool = True


class BodyFormat(StrEnum):
    """How a body is written."""

    AUTO = "auto"
    """As the Content-Type header says, else JSON when it looks like it."""
    JSON = "json"
    FORM = "form"
    """One `name=value` a line, as plain text; `# ` before it switches the line off."""
    TEXT = "text"


class ActionState(StrEnum):
    """Draft while being built; live once others may use it."""

    DRAFT = "draft"
    LIVE = "live"


SAMPLE = "sample"
"""The name of a sample that nobody named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MockResponse:
    """A response kept under a name as a sample of the action. Using it is never a test."""

    name: str = SAMPLE
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
    query: tuple[QueryRow, ...] = ()
    """Put behind what the URL itself has of a query."""
    headers: tuple[Header, ...] = ()
    body: str = ""
    body_format: BodyFormat = BodyFormat.AUTO
    content_type: str = ""
    """Sent unless a header says it; for raw text. JSON and forms have their own."""
    only_reads: bool = False
    """Whether somebody vouched that it changes nothing, whatever its method: then it does not ask."""
    uses_cookies: bool = False
    """Whether it sends the environment's cookies and keeps those that come. Intercom does neither."""
    inputs: tuple[DataInput, ...] = ()
    token_id: TokenId | None = None
    test_values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The values last used for its inputs, by name, as typed."""
    mock: MockResponse | None = None
    """The sample that MOCK answers with."""
    other_mocks: tuple[MockResponse, ...] = ()
    """The samples that are kept beside it, each under a name of its own."""
    state: ActionState = ActionState.DRAFT
    view_filter: str = ""
    """The RFC 9535 query that its responses are looked at through; "" shows everything."""
    tested_version: str = ""
    """The version that last had a green live test, "" for none."""
    sending: SendOptions = field(default_factory=SendOptions)
    """How its requests travel: redirects, certificates, proxy, limits of its own."""

    @property
    def is_asked_first(self) -> bool:
        """Whether sending it may change the other system."""
        return self.method.is_mutating and not self.only_reads

    @property
    def version(self) -> str:
        """A fingerprint of everything that decides what is sent."""
        parts = (self.method, self.url, self.query, self.headers, self.body, self.body_format, self.content_type)
        return sha256(repr((*parts, self.inputs, self.token_id)).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def is_tested(self) -> bool:
        """Whether what it is now had a green live test. A mock never counts."""
        return self.tested_version == self.version

    @property
    def state_words(self) -> str:
        """Its state with what its test says: "draft, not tested", "live, changed since its test"."""
        if self.is_tested:
            return f"{self.state}, tested"
        return f"{self.state}, {'changed since its test' if self.tested_version else 'not tested'}"
