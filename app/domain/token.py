"""Tokens: what proves who is asking. Fixed, basic, or fetched by a request of their own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from app.domain.action import BodyFormat, Header, Method
from app.domain.identifiers import EnvironmentId, GrantId, TokenId
from app.domain.secret import DOTS, Secret

NO_VALUE = Secret("")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class TokenKind(StrEnum):
    """Where a token's value comes from."""

    FIXED = "fixed"
    BASIC = "basic"
    """User and password, sent as HTTP Basic."""
    DYNAMIC = "dynamic"
    """Fetched by a request of its own and reused until it ends or a 401 comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """How a dynamic token is fetched. URL, headers and body are templates that may use its secrets by name."""

    url: str
    method: Method = Method.POST
    headers: tuple[Header, ...] = ()
    body: str = ""
    body_format: BodyFormat = BodyFormat.FORM
    secrets: Mapping[str, Secret] = field(default_factory=lambda: MappingProxyType({}))
    hosts: tuple[str, ...] = ()
    """Where the secrets may go: the hosts at which it was tested."""
    value_path: str = "$.access_token"
    """Where the token sits in the answer."""
    lifetime_path: str = "$.expires_in"
    """Where the answer says for how many seconds it is good; "" when it does not."""
    lifetime_s: int = 0
    """Seconds it is good for when the answer does not say; 0 for until a 401."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Sent as the header `header: prefix value`, to its hosts alone."""

    id: TokenId
    name: str
    header: str = "Authorization"
    prefix: str = ""
    """Stands before the value, with one space between: "Bearer"."""
    value: Secret = NO_VALUE
    """A fixed token's text, a basic one's password, or what a dynamic one has fetched."""
    kind: TokenKind = TokenKind.FIXED
    user: str = ""
    """A basic token's user."""
    hosts: tuple[str, ...] = ()
    """The hosts it may be sent to, `host` or `host:port`; empty until it is first used."""
    request: TokenRequest | None = None
    """A dynamic token's own request."""

    @property
    def sent_value(self) -> Secret:
        """What stands behind the prefix."""
        if self.kind is not TokenKind.BASIC:
            return self.value
        return Secret(b64encode(f"{self.user}:{self.value.reveal()}".encode("utf-8", "surrogatepass")).decode())

    @property
    def header_value(self) -> Secret:
        """The header's whole value."""
        return Secret(f"{self.prefix} {self.sent_value.reveal()}" if self.prefix else self.sent_value.reveal())

    @property
    def shown(self) -> str:
        """The header's whole value as it may be seen."""
        return f"{self.prefix} {DOTS}" if self.prefix else DOTS

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything of it that must not be seen, its request's secrets included."""
        own = (self.value, self.sent_value, *(self.request.secrets.values() if self.request else ()))
        return tuple(dict.fromkeys(secret for secret in own if secret))

    def may_go_to(self, host: str) -> bool:
        """Whether it may be sent to a host. One that was never used may go anywhere, once."""
        return not self.hosts or host_is_in(host, self.hosts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a dynamic token fetched, for one environment."""

    id: GrantId
    token_id: TokenId
    environment_id: EnvironmentId | None = None
    value: Secret
    obtained_at: str
    """ISO 8601, UTC."""
    expires_at: str = ""
    """ISO 8601, UTC; "" when nobody said."""

    def is_good(self, now: str) -> bool:
        """Whether it can still be used; both times are written alike, so they compare as texts."""
        return not self.expires_at or now < self.expires_at


def host_of(url: str) -> str:
    """The host of a URL with its port where it is not the scheme's own, in lower case; "" when there is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme.lower()) else host


def host_is_in(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a host is one of those; `*.example.com` stands for every host below example.com."""
    return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in allowed)
