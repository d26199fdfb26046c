"""From an action and its values to a request that is ready to send, or to the reasons why there is none.

Pure. Each value lands exactly and only where its placeholder stood, encoded for that place, and is never read again
for placeholders of its own. Nothing is sent while anything is missing, unknown or unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, quote_plus

from app.domain.action import Action, BodyFormat, DataInput
from app.domain.action_rules import check_origin
from app.domain.datatypes import DataType, Misfit
from app.domain.environment import PREFIX
from app.domain.inputs import exact_text
from app.domain.placeholder_names import unknown_name
from app.domain.problems import Problem
from app.domain.secret import DOTS, Secret
from app.domain.template import Literal, Placeholder, TemplateError, parse
from app.domain.token import Token, host_of
from app.engine.encoding import (
    BodyKind,
    Encoder,
    body_encoders,
    body_kind,
    check_json,
    form_text,
    header_value,
    hosts_from,
    query_text,
    split_pair,
    url_encoders,
)
from app.engine.masking import url_secrets
from app.engine.request import USER_AGENT, Given, Request, RequestHeader, Substitution

Parts = Sequence[Literal | Placeholder]
Encoders = Callable[[Parts], Sequence[Encoder | Problem]]
_CONTENT_TYPES = {
    BodyKind.JSON: "application/json",
    BodyKind.FORM: "application/x-www-form-urlencoded",
    BodyKind.TEXT: "text/plain; charset=utf-8",
}
_NO_TYPES: Mapping[str, DataType] = {}


def render(
    action: Action,
    values: Mapping[str, str],
    *,
    token: Token | None,
    known_names: Sequence[str],
    types: Mapping[str, DataType] = _NO_TYPES,
    cookies: Secret | None = None,
) -> Request | tuple[Problem, ...]:
    """The request that `action` makes of `values` (as typed, by name), or everything that stops it.

    An empty text counts as not given: then the default, the fallback, and for an optional input nothing at all.
    `types` are those of attributes; a dynamic token comes with what it has fetched.
    """
    rendering = _Rendering(action, values, known_names, types)
    url = rendering.url(token)
    headers = rendering.headers(token, cookies)
    kind = body_kind(action.body, {header.name.lower(): header.text for header in headers}, action.body_format)
    body = rendering.body(kind)
    content_type = _content_type(action, kind, headers)
    if content_type:
        headers.append(RequestHeader(name="Content-Type", value=content_type, origin="body"))
    if rendering.problems:
        return tuple(dict.fromkeys(rendering.problems))
    return Request(
        method=action.method.value,
        url=url,
        headers=tuple(headers),
        body=body.encode() if body else None,
        substitutions=tuple(rendering.substitutions),
        secrets=(*(token.secrets if token else ()), *((cookies,) if cookies else ()), *url_secrets(url)),
        host_names=rendering.host_names,
        sending=action.sending,
    )


def _content_type(action: Action, kind: BodyKind, headers: Sequence[RequestHeader]) -> str:
    """What the body says of itself, when no header does."""
    if kind is BodyKind.NONE or any(header.name.lower() == "content-type" for header in headers):
        return ""
    if kind is BodyKind.TEXT and (action.content_type or action.body_format is BodyFormat.AUTO):
        return action.content_type
    return _CONTENT_TYPES[kind]


class _Rendering:
    """One rendering: collects what was put in and every problem, so that a person sees all of them at once."""

    def __init__(
        self, action: Action, values: Mapping[str, str], known_names: Sequence[str], types: Mapping[str, DataType]
    ) -> None:
        self._action = action
        self._values = values
        self._known = tuple(known_names)
        self._types = types
        self._inputs = {item.name: item for item in action.inputs}
        self.problems: list[Problem] = []
        self.substitutions: list[Substitution] = []
        self.host_names: tuple[str, ...] = ()

    def url(self, token: Token | None) -> str:
        text = self._put("URL", self._action.url.strip(), self._url_encoders)
        text = _with_query(text, self._query())
        if not self.problems:
            self.problems += check_origin(text)
        if token and not self.problems and not token.may_go_to(host_of(text)):
            self.problems.append(_bound(token, host_of(text)))
        return text

    def _url_encoders(self, parts: Parts) -> Sequence[Encoder | Problem]:
        self.host_names = hosts_from(parts)
        return url_encoders(parts)

    def _query(self) -> list[str]:
        rows = (row for row in self._action.query if row.is_enabled)
        return [self._pair(f"query {row.name}", row.name, row.value, query_text, _quoted) for row in rows]

    def _pair(self, place: str, name: str, value: str, encode: Encoder, literal: Callable[[str], str]) -> str:
        name, value = (self._put(place, text, lambda parts: [encode for _ in parts], literal) for text in (name, value))
        return f"{name}={value}"

    def headers(self, token: Token | None, cookies: Secret | None) -> list[RequestHeader]:
        found = [
            RequestHeader(name=header.name, value=self._header(header.name, header.value), origin="action")
            for header in self._action.headers
            if header.is_enabled
        ]
        names = {header.name.lower() for header in found}
        if token and token.header.lower() in names:
            words = f"is set by the action and by the token {token.name}; remove it from one"
            self.problems.append(Problem(f"header {token.header}", words))
        elif token:
            origin = f"token {token.name}"
            found.append(RequestHeader(name=token.header, value=token.header_value, origin=origin, shown=token.shown))
        if cookies and "cookie" not in names:
            found.append(RequestHeader(name="Cookie", value=cookies, origin="cookies of the environment", shown=DOTS))
        for name, value in (("Accept", "application/json"), ("User-Agent", USER_AGENT)):
            if name.lower() not in names:
                found.append(RequestHeader(name=name, value=value, origin="default"))
        return found

    def body(self, kind: BodyKind) -> str:
        if kind is BodyKind.FORM and self._action.body_format is BodyFormat.FORM:
            lines = (line for line in self._action.body.splitlines() if line.strip() and not line.startswith("# "))
            return "&".join(self._pair("body", *split_pair(line), form_text, quote_plus) for line in lines)
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

    def _put(self, place: str, template: str, encoders: Encoders, literal: Callable[[str], str] = str) -> str:
        """Fill one template: `encoders` gives, for each part, how a value is written there, `literal` what is there."""
        try:
            parts = parse(template)
        except TemplateError as error:
            self.problems.append(Problem(place, str(error)))
            return ""
        texts = []
        for part, encode in zip(parts, encoders(parts), strict=True):
            if isinstance(part, Literal):
                texts.append(literal(part.text))
            elif isinstance(encode, Problem):
                self.problems.append(replace(encode, path=place))
            else:
                texts.append(self._one(place, part, encode))
        return "".join(texts)

    def _one(self, place: str, part: Placeholder, encode: Encoder) -> str:
        given = self._given(place, part)
        put = given if isinstance(given, Problem) else encode(given)
        if isinstance(put, Problem):
            self.problems.append(put)
            return ""
        assert isinstance(given, Given)
        made = Substitution(place=place, name=part.name, given=given.text, source=given.source, put=put)
        self.substitutions.append(made)
        return put

    def _given(self, place: str, part: Placeholder) -> Given | Problem:
        name = part.name
        item = self._inputs.get(name)
        if item is None and name not in self._known:
            return Problem(place, unknown_name(name, self._known))
        text = self._values.get(name)
        if text:
            return self._typed(name, text, "environment" if name.startswith(PREFIX) else "value")
        if item and item.default:
            return self._typed(name, item.default, "default")
        if part.fallback is not None:
            found = self._typed(name, part.fallback, "fallback")
            return Given(text=part.fallback, source="fallback") if isinstance(found, Problem) else found
        if item and not item.is_required:
            return Given(text="", source="nothing", data_type=item.data_type, is_absent=True)
        return _missing(name, item)

    def _typed(self, name: str, text: str, source: str) -> Given | Problem:
        item = self._inputs.get(name)
        data_type = item.data_type if item else self._types.get(name, DataType.TEXT)
        where = f"input {name}" if item else name
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            return Problem(where, "holds half a character (a lone surrogate), which cannot be sent")
        exact = exact_text(data_type, text)
        if isinstance(exact, Misfit):
            return Problem(where, f"is {exact.reason}")
        return Given(text=exact, source=source, data_type=data_type)


def _missing(name: str, item: DataInput | None) -> Problem:
    if item is None and name.startswith(PREFIX):
        return Problem(name, "has no value in the active environment; choose another (key E) or set it there")
    words = "has no value, so nothing is sent; give it one (key i, or --input in the shell)"
    return Problem(f"input {name}" if item else name, words if item else f"{words}, or run with a record (key w)")


def _bound(token: Token, host: str) -> Problem:
    return Problem(
        f"token {token.name}",
        f"is bound to {', '.join(token.hosts)} and is not sent to {host}. "
        f'If it belongs there, allow it: token allow "{token.name}" {host}',
    )


def fixed_host(url: str, variables: Mapping[str, str]) -> str:
    """The host of a URL template when nothing but variables of the environment decides it, else ""."""
    text = ""
    try:
        for part in parse(url.strip()):
            if isinstance(part, Literal):
                text += part.text
            elif "/" in text.partition("//")[2]:
                break
            elif part.name not in variables:
                return ""
            else:
                text += variables[part.name]
    except TemplateError:
        return ""
    return host_of(text)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _with_query(url: str, pairs: Sequence[str]) -> str:
    """The URL with the query table behind its own query, before a fragment."""
    if not pairs:
        return url
    base, sign, fragment = url.partition("#")
    joint = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return f"{base}{joint}{'&'.join(pairs)}{sign}{fragment}"
