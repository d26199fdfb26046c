"""One sending of an action, as it is kept: what was sent (masked), what came, or why nothing did."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.identifiers import ActionId, RunId


class FailureKind(StrEnum):
    """Intercom's names for why a run failed."""

    REQUEST_CONFIGURATION = "request_configuration_error"
    NETWORK = "faraday_error"
    THIRD_PARTY = "3rd_party_error"
    RESPONSE_MAPPING = "response_mapping_error"
    TOKEN_REFRESH = "token_refresh_error"  # noqa: S105 - a kind of failure
    REQUEST_VALIDATION = "request_validation_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a run is not a success."""

    kind: FailureKind
    stage: str
    """Where it stopped: dns, connect, tls, send, wait, read, decode, redirect, status."""
    message: str
    """What happened, then what to do, for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """The request as it left, with every secret masked."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long each step of an exchange took, in milliseconds; None for a step that was not reached or not needed."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    """From the last byte of the request to the whole head of the answer."""
    transfer_ms: float | None = None
    """From the head to the last byte of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsInfo:
    """What the other side showed when the connection was encrypted."""

    version: str
    cipher: str
    is_verified: bool
    """False when the action switched the check off: anybody may have answered."""
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    """The hosts that the certificate is for."""
    not_before: str = ""
    not_after: str = ""
    fingerprint: str = ""
    """SHA-256 of the certificate, in hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How the last hop of a run was connected, as far as it came."""

    address: str = ""
    """IP address and port that answered; the proxy's when there is one."""
    proxy: str = ""
    """The proxy it went through, without a password; "" for none."""
    is_insecure: bool = False
    """Whether the action says not to check certificates."""
    tls: TlsInfo | None = None
    timing: Timing = field(default_factory=Timing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect that was followed: what was asked there, what it answered, what went no further."""

    method: str
    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    http_version: str
    elapsed_ms: float
    connection: Connection | None = None
    note: str = ""
    """What was not passed on to the next hop, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The head of what came; the body lies apart, see Run.body_ids."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    """In the order and case in which they came."""
    http_version: str
    body_size: int
    """Bytes, after any content coding was undone."""
    elapsed_ms: float
    """From the start of connecting to the last byte."""
    first_byte_ms: float
    is_cut: bool = False
    """Whether the body stops short of what the server meant to send; the run's failure says why."""
    wire_size: int | None = None
    """Bytes of the body before any content coding was undone; None where that is not known."""
    coding: str = ""
    """The content codings that were undone, as the header names them."""
    remarks: tuple[str, ...] = ()
    """What a person should know about how it came, a sentence each."""

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of an action. A success is a response below 400; everything else has a failure."""

    id: RunId
    action_id: ActionId
    action_name: str
    started_at: str
    is_mock: bool
    request: SentRequest
    response: Response | None = None
    failure: Failure | None = None
    body_ids: tuple[int, ...] = ()
    """Document numbers of the body's parts, in order."""
    hops: tuple[Hop, ...] = ()
    """Redirects that were followed before the response, oldest first."""
    connection: Connection | None = None
    """None for a mock, and when no connection was tried."""
    is_resent: bool = False
    """Whether a 401 made it leave a second time, with a token fetched anew."""
    token_story: tuple[str, ...] = ()
    """What happened to a dynamic token on the way, a sentence each: fetched first, refused, fetched anew."""
    environment: str = ""
    """Name of the environment that was active."""
    values: tuple[tuple[str, str], ...] | None = None
    """What stood for its placeholders, as given, so that it can be sent again; None when a secret was among it."""
    sample: str = ""
    """The name of the sample that a mock answered with."""

    @property
    def is_insecure(self) -> bool:
        """Whether the certificate of the other side was not checked."""
        return bool(self.connection and self.connection.is_insecure)

    @property
    def is_success(self) -> bool:
        """Whether a workflow would take the success path."""
        return self.failure is None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """A piece of a response body, byte for byte."""

    run_id: RunId
    data: bytes


BODY_PART_SIZE = 512 * 1024


def split_body(run_id: RunId, body: bytes) -> tuple[BodyPart, ...]:
    """The parts of a body; joined in order they give back its bytes."""
    starts = range(0, len(body), BODY_PART_SIZE)
    return tuple(BodyPart(run_id=run_id, data=body[start : start + BODY_PART_SIZE]) for start in starts)
