"""The credentials of a request, told apart from the rest of it, and the tokens they become."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from app.domain.identifiers import TokenId
from app.domain.secret import Secret
from app.domain.token import Token, TokenKind
from app.engine.curl.imported import Credential, Place
from app.engine.curl.words import bytes_of

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*) (?=\S)")
_NO_HEADER_LETTER = re.compile(r"[^A-Za-z0-9_.-]")


def header_credential(name: str, value: str) -> Credential:
    """The credential of a header; a scheme such as Bearer becomes its prefix, and Basic is read."""
    scheme = _SCHEME.match(value) if "auth" in name.lower() else None
    prefix = scheme[1] if scheme else ""
    rest = value[scheme.end() :] if scheme else value
    read = _read_basic(rest) if name.lower() == "authorization" and prefix == "Basic" else None
    return read or Credential(place=Place.HEADER, name=name, prefix=prefix, value=Secret(rest))


def basic_credential(userinfo: str) -> Credential:
    """The credential of `user:password`; where a token of user and password cannot hold it, what is sent of it."""
    coded = b64encode(bytes_of(userinfo)).decode()
    return _read_basic(coded) or Credential(
        place=Place.HEADER, name="Authorization", prefix="Basic", value=Secret(coded)
    )


def _read_basic(coded: str) -> Credential | None:
    """User and password of what HTTP Basic sends; None when they would not be sent as the very same bytes."""
    try:
        user, sign, password = b64decode(coded, validate=True).decode().partition(":")
    except (NotBase64, UnicodeError, ValueError):
        return None
    same = b64encode(f"{user}:{password}".encode()).decode() == coded
    if not (user and sign and password and same):
        return None
    return Credential(place=Place.HEADER, name="Authorization", prefix="Basic", value=Secret(password), user=user)


def token_of(credential: Credential, token_id: TokenId, name: str, hosts: tuple[str, ...]) -> Token:
    """The sealed token of a credential; one of the query gets the header that is named like it."""
    return Token(
        id=token_id,
        name=name,
        header=_NO_HEADER_LETTER.sub("-", credential.name),
        prefix=credential.prefix,
        value=credential.value,
        kind=TokenKind.BASIC if credential.user else TokenKind.FIXED,
        user=credential.user,
        hosts=hosts,
    )
