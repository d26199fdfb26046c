"""Making secrets unreadable by value, in every form in which a request or an answer may carry them."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote, unquote_to_bytes, urlsplit

from app.domain.secret import DOTS, Secret

_SHORTEST = 4
"""Shorter secrets would blot out innocent text everywhere; they are masked in their header only."""


def url_login(url: str) -> str:
    """User and password of a URL, as the Authorization header carries them; "" when it has none."""
    return b64encode(unquote_to_bytes(urlsplit(url).netloc.rpartition("@")[0])).decode()


def url_secrets(url: str) -> tuple[Secret, ...]:
    """What must not be seen of a URL: its password, also as `url_login` writes it."""
    password = urlsplit(url).password
    return (Secret(unquote(password)), Secret(url_login(url))) if password else ()


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every secret replaced by dots: plain, URL-encoded, JSON-escaped, base64."""
    pattern = _pattern(tuple(secret.reveal() for secret in secrets))
    return pattern.sub(DOTS, text) if pattern else text


def mask_body(body: bytes, secrets: Iterable[Secret]) -> bytes:
    """A body with every secret replaced; the body itself, not a copy, when there is none in it.

    Each form is looked for as it is, not in every mixture of capitals: bodies are large, and encoders are consistent.
    """
    texts = {text for secret in secrets if len(text := secret.reveal()) >= _SHORTEST}
    forms = {form for text in texts for form in (*_forms(text), *_lower_escapes(text), *_json_escapes(text))}
    for form in sorted(forms, key=len, reverse=True):
        raw = form.encode("utf-8", "surrogatepass")
        if raw in body:
            body = body.replace(raw, DOTS.encode())
    return body


def _lower_escapes(secret: str) -> Iterator[str]:
    """URL-encoded with small hex digits."""
    for encoded in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), encoded)


def _json_escapes(secret: str) -> Iterator[str]:
    r"""As JSON writers spell it that escape what need not be: `\u00e9`, `\/`."""
    escaped = json.dumps(secret)[1:-1]
    yield escaped
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield escaped.replace("/", "\\/")


@lru_cache(64)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
    if not forms:
        return None
    return re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)), re.IGNORECASE)


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    yield from _json_escapes(secret)
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(secret.encode("utf-8", "surrogatepass")).decode()
    for shift in range(3):
        # Inside a longer base64 text the secret may start at any of three places; the letters at its edges
        # also hold bits of its neighbours, so only those that are the secret's alone are looked for.
        raw = b"\0" * shift + secret.encode("utf-8", "surrogatepass")
        start, end = (0, 2, 3)[shift], len(raw) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            form = encode(raw).decode()[start:end]
            if len(form) >= _SHORTEST:
                yield form
