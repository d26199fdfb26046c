"""What a cURL command line asks for, whatever an action can hold of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.secret import Secret
from app.domain.sending import SendOptions
from app.engine.curl.words import CurlError


class Place(StrEnum):
    """Where a credential stands in the request."""

    HEADER = "header"
    QUERY = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A part of the request that nobody may see."""

    place: Place
    name: str
    """The header, or the name in the query."""
    prefix: str = ""
    """Stands before the value in a header: Bearer, Basic."""
    value: Secret
    user: str = ""
    """The user, where it is HTTP Basic and the value is the password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRequest:
    """One request, with its credentials apart."""

    method: str
    url: str
    """Without userinfo; where a credential of the query stood, its text is left out."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    credentials: tuple[Credential, ...] = ()
    remarks: tuple[str, ...] = ()
    """What could not be carried over and what was changed, one sentence each; no values in them."""
    sending: SendOptions = field(default_factory=SendOptions)
    """How it wants to travel."""
    unread_files: tuple[str, ...] = ()
    """Files that the request is made of and that were not read."""


class Files:
    """The files that a command line names: their bytes where somebody said yes, else only their names."""

    def __init__(self, given: Mapping[str, bytes]) -> None:
        self._given = given
        self.unread: list[str] = []

    def read(self, name: str, option: str) -> bytes:
        """The bytes of a file; empty when it was not read, and noted."""
        if name in ("-", ".", ""):
            raise CurlError(f"{option} reads what is typed or piped into curl, which is not here. Write the data out.")
        if name not in self._given:
            self.unread.append(name)
        return self._given.get(name, b"")
