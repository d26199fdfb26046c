"""A request that is ready to send, and how it may be seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.datatypes import DataType
from app.domain.run import SentRequest
from app.domain.secret import Secret
from app.domain.sending import DIRECT, SendOptions
from app.engine.masking import mask

USER_AGENT = "Actionbench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The value of one placeholder."""

    text: str
    source: str
    """Where it came from: value, default, fallback, environment, nothing."""
    data_type: DataType = DataType.TEXT
    is_absent: bool = False
    """An optional input without a value: nothing in a text, null in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """One value as it was put in."""

    place: str
    name: str
    given: str
    source: str
    put: str
    """What stands in the request now, encoded for its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHeader:
    """A header as it will be sent, and who wants it: action, token, cookies or default."""

    name: str
    value: str | Secret
    origin: str
    shown: str = ""
    """How a secret value is shown."""

    @property
    def text(self) -> str:
        """The value itself; only for sending."""
        return self.value.reveal() if isinstance(self.value, Secret) else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that is ready to send."""

    method: str
    url: str
    headers: tuple[RequestHeader, ...]
    body: bytes | None = None
    substitutions: tuple[Substitution, ...] = ()
    secrets: tuple[Secret, ...] = ()
    """What must not be seen of it."""
    host_names: tuple[str, ...] = ()
    """The placeholders, other than variables of the environment, that decide the host: to be confirmed."""
    sending: SendOptions = field(default_factory=SendOptions)
    """How it travels."""
    default_proxy: str = DIRECT
    """The workspace's proxy, for an action that has none of its own."""


def masked(request: Request) -> SentRequest:
    """The request as it may be kept and shown: no secret in it, wherever it stands."""
    return SentRequest(
        method=request.method,
        url=mask(request.url, request.secrets),
        headers=tuple((header.name, masked_value(header, request)) for header in request.headers),
        body=mask((request.body or b"").decode("utf-8", "replace"), request.secrets),
    )


def masked_value(header: RequestHeader, request: Request) -> str:
    """A header's value as it may be shown."""
    return header.shown or mask(header.text, request.secrets)
