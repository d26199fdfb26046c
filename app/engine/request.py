"""From an action and its values to a request that is ready to send, or to the reasons why there is none.

Pure. Each value lands exactly and only where its placeholder stood, encoded for that place, and is never read again
for placeholders of its own. Nothing is sent while anything is missing, unknown or unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.action import Action, DataInput, Token
from app.domain.action_rules import check_origin, unknown_name
from app.domain.datatypes import DataType, Misfit, fit
from app.domain.problems import Problem
from app.domain.run import SentRequest
from app.domain.schema import Attribute
from app.domain.secret import Secret
from app.domain.sending import DIRECT, SendOptions
from app.domain.template import Literal, Placeholder, TemplateError, parse
from app.domain.values import plain_value
from app.engine.encoding import BodyKind, body_encoders, body_kind, check_json, header_value, url_encoders
from app.engine.masking import mask

USER_AGENT = "Actionbench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The value of one placeholder."""

    text: str
    data_type: DataType = DataType.TEXT
    is_absent: bool = False
    """An optional input without a value: nothing in a text, null in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """One value as it was put in."""

    place: str
    name: str
    put: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHeader:
    """A header as it will be sent, and who wants it: action, token or default."""

    name: str
    value: str | Secret
    origin: str

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
    sending: SendOptions = field(default_factory=SendOptions)
    """How it travels."""
    default_proxy: str = DIRECT
    """The workspace's proxy, for an action that has none of its own."""


def masked(request: Request) -> SentRequest:
    """The request as it may be kept and shown: no secret in it, wherever it stands."""
    return SentRequest(
        method=request.method,
        url=mask(request.url, request.secrets),
        headers=tuple((header.name, mask(header.text, request.secrets)) for header in request.headers),
        body=mask((request.body or b"").decode("utf-8", "replace"), request.secrets),
    )


def render(
    action: Action, values: Mapping[str, str], *, token: Token | None, known_names: Sequence[str]
) -> Request | tuple[Problem, ...]:
    """The request that `action` makes of `values` (as typed, by name), or everything that stops it.

    An empty text counts as not given: then the default, the fallback, and for an optional input nothing at all.
    """
    rendering = _Rendering(action, values, known_names)
    url = rendering.url()
    headers = rendering.headers(token)
    kind = body_kind(action.body, {header.name.lower(): header.text for header in headers})
    body = rendering.body(kind)
    if kind is BodyKind.JSON and not any(header.name.lower() == "content-type" for header in headers):
        headers.append(RequestHeader(name="Content-Type", value="application/json", origin="default"))
    if rendering.problems:
        return tuple(dict.fromkeys(rendering.problems))
    return Request(
        method=action.method.value,
        url=url,
        headers=tuple(headers),
        body=body.encode() if body else None,
        substitutions=tuple(rendering.substitutions),
        secrets=(token.value, token.header_value) if token else (),
        sending=action.sending,
    )


class _Rendering:
    """One rendering: collects what was put in and every problem, so that a person sees all of them at once."""

    def __init__(self, action: Action, values: Mapping[str, str], known_names: Sequence[str]) -> None:
        self._action = action
        self._values = values
        self._known = tuple(known_names)
        self._inputs = {item.name: item for item in action.inputs}
        self.problems: list[Problem] = []
        self.substitutions: list[Substitution] = []

    def url(self) -> str:
        text = self._put("URL", self._action.url.strip(), url_encoders)
        if not self.problems:
            self.problems += check_origin(text)
        return text

    def headers(self, token: Token | None) -> list[RequestHeader]:
        found = [
            RequestHeader(name=header.name, value=self._header(header.name, header.value), origin="action")
            for header in self._action.headers
            if header.is_enabled
        ]
        names = {header.name.lower() for header in found}
        if token and token.header.lower() in names:
            self.problems.append(
                Problem(
                    f"header {token.header}", f"is set by the action and by the token {token.name}; remove it from one"
                )
            )
        elif token:
            found.append(RequestHeader(name=token.header, value=token.header_value, origin="token"))
        for name, value in (("Accept", "application/json"), ("User-Agent", USER_AGENT)):
            if name.lower() not in names:
                found.append(RequestHeader(name=name, value=value, origin="default"))
        return found

    def body(self, kind: BodyKind) -> str:
        text = self._put("body", self._action.body, lambda parts: body_encoders(parts, kind))
        if kind is BodyKind.JSON and not self.problems:
            self.problems += check_json(text)
        return text

    def _header(self, name: str, template: str) -> str:
        where = f"header {name}"
        text = self._put(where, template, lambda parts: [lambda given: given.text for _ in parts])
        problem = header_value(text)
        if problem:
            self.problems.append(Problem(where, problem))
        return text

    def _put(self, place: str, template: str, encoders: Callable[[Parts], Sequence[Encoder | Problem]]) -> str:
        """Fill one template: `encoders` gives, for each part, how a value is written there."""
        try:
            parts = parse(template)
        except TemplateError as error:
            self.problems.append(Problem(place, str(error)))
            return ""
        texts = []
        for part, encode in zip(parts, encoders(parts), strict=True):
            if isinstance(part, Literal):
                texts.append(part.text)
            elif isinstance(encode, Problem):
                self.problems.append(replace(encode, path=place))
            else:
                texts.append(self._one(place, part, encode))
        return "".join(texts)

    def _one(self, place: str, part: Placeholder, encode: Encoder) -> str:
        given = self._given(place, part)
        if isinstance(given, Problem):
            self.problems.append(given)
            return ""
        put = encode(given)
        self.substitutions.append(Substitution(place=place, name=part.name, put=put))
        return put

    def _given(self, place: str, part: Placeholder) -> Given | Problem:
        name = part.name
        item = self._inputs.get(name)
        if item is None and name not in self._known:
            return Problem(place, unknown_name(name, self._known))
        text = self._values.get(name) or (item.default if item else None) or ""
        if text and item:
            return _typed(item, text)
        if text:
            return Given(text=text)
        if part.fallback is not None:
            return Given(text=part.fallback)
        if item and not item.is_required:
            return Given(text="", data_type=item.data_type, is_absent=True)
        return Problem(
            f"input {name}", "has no value, so nothing is sent; give it one (key i, or --input in the shell)"
        )


def _typed(item: DataInput, text: str) -> Given | Problem:
    result = fit(Attribute(name=item.name, data_type=item.data_type), text, convert=True)
    if isinstance(result, Misfit):
        return Problem(f"input {item.name}", f"is {result.reason}")
    # A decimal keeps the digits that were typed; only the other types have a spelling of their own.
    exact = text if item.data_type in (DataType.TEXT, DataType.DECIMAL) else plain_value(result.value)
    return Given(text=exact, data_type=item.data_type)


Parts = Sequence[Literal | Placeholder]
Encoder = Callable[[Given], str]
