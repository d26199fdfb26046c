"""From a pasted text to the request that curl would send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote_plus

from app.domain.secret import Secret
from app.engine.curl.credentials import basic_credential, header_credential
from app.engine.curl.data import data_of, query_of
from app.engine.curl.flavour import read_words
from app.engine.curl.headers import Headers, headers_of
from app.engine.curl.imported import Credential, Files, ImportedRequest, Place
from app.engine.curl.multipart import form_of
from app.engine.curl.options import CommandLine, read_options
from app.engine.curl.remarks import option_remarks
from app.engine.curl.travelling import send_options
from app.engine.curl.urls import first_of, tidy, whole_url, with_query, without_userinfo
from app.engine.curl.words import CurlError
from app.engine.secret_names import is_secret_header, is_secret_name

_FORM = "application/x-www-form-urlencoded"
_PARAMETER = re.compile(r"(?P<start>[?&])(?P<name>[^=&#]+)=(?P<value>[^&#]+)")
_NONE: Mapping[str, bytes] = MappingProxyType({})


def import_curl(text: str, files: Mapping[str, bytes] = _NONE) -> ImportedRequest:
    """The request of a cURL command line, credentials apart; CurlError when there is none to be made.

    `files` holds the bytes of those files that may be read; the others are named in `unread_files`.
    """
    found = read_words(text)
    line = read_options(found.words)
    remarks = [*found.remarks, *option_remarks(line)]
    reading = Files(files)
    headers = headers_of(line, reading, remarks)
    body, query = _body(line, headers, reading, remarks)
    url, userinfo = _url(line, query, reading, remarks)
    credentials = _credentials(line, headers, userinfo, remarks)
    credentials += _query_credentials(url)
    sending = send_options(line, remarks)
    return ImportedRequest(
        method=_method(line, remarks),
        url=_PARAMETER.sub(_emptied, url),
        headers=tuple(headers.items),
        body=body,
        credentials=tuple(credentials),
        remarks=tuple(dict.fromkeys(remarks)),
        sending=sending,
        unread_files=tuple(dict.fromkeys(reading.unread)),
    )


def _body(line: CommandLine, headers: Headers, files: Files, remarks: list[str]) -> tuple[bytes, list[bytes]]:
    """The body, and what of the data belongs to the query."""
    data = data_of(line, files)
    form = form_of(line, files, headers.take("Content-Type") if line.values("form", "form-string") else None)
    upload = line.last("upload-file")
    if sum(each is not None for each in (data if not line.is_set("get") else None, form, upload)) > 1:
        raise CurlError("-d, -F and -T cannot be used together: curl sends one body. Leave one kind.")
    if form:
        remarks += form.remarks
        headers.items.append(("Content-Type", form.content_type))
        remarks.append("The form's parts are kept as a written-out multipart body with line breaks CR LF.")
        return form.body, []
    if upload is not None:
        return files.read(upload, "-T"), []
    if data is None:
        return b"", []
    if line.is_set("get"):
        return b"", [data]
    if not headers.has("Content-Type") and data[:1] in (b"{", b"["):
        remarks.append(
            f"curl sends this body as {_FORM}, since no Content-Type is given, and so does the action; "
            "if it is meant as JSON, change that header."
        )
    headers.default("Content-Type", _FORM)
    return data, []


def _url(line: CommandLine, query: list[bytes], files: Files, remarks: list[str]) -> tuple[str, str | None]:
    if not line.urls:
        raise CurlError("The command line names no URL. Copy it whole.")
    if len(line.urls) > 1:
        remarks.append(
            f"The command line names {len(line.urls)} URLs; the action is made of the first, the others were left out."
        )
    if line.has_next:
        remarks.append("What follows --next is a request of its own and was left out; import it by itself.")
    url = line.urls[0].strip()
    if not line.is_set("globoff"):
        url = first_of(url, remarks)
    if "#" in url:
        remarks.append("The part of the URL behind # is never sent and was left out.")
    url, userinfo = without_userinfo(whole_url(url, remarks))
    upload = line.last("upload-file")
    url = tidy(with_query(url, [*query, *query_of(line, files)]))
    if upload and url.partition("?")[0].endswith("/"):
        path, sign, rest = url.partition("?")
        url = tidy(f"{path}{upload.rsplit('/', 1)[-1]}{sign}{rest}")
    return url, userinfo


def _method(line: CommandLine, remarks: list[str]) -> str:
    asked = line.last("request")
    if asked is None and line.is_set("head"):
        remarks.append("-I asks with HEAD, which actions do not have: GET is sent, which gives the same headers.")
        return "GET"
    if asked:
        if asked != asked.upper():
            remarks.append("The method was written in capitals, as actions have it.")
        return asked.upper()
    if line.is_set("get"):
        return "GET"
    if line.values("form", "form-string", "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json"):
        return "POST"
    return "PUT" if line.values("upload-file") else "GET"


def _credentials(line: CommandLine, headers: Headers, userinfo: str | None, remarks: list[str]) -> list[Credential]:
    """Every credential that travels in a header, taken out of the headers; a header given wins, as in curl."""
    bearer, user = line.last("oauth2-bearer"), line.last("user")
    if user is None:
        user = userinfo
    if user is not None and ":" not in user and userinfo is None:
        remarks.append("-u names a user without a password, which curl would ask for; no token was made of it.")
        user = None
    if bearer:
        headers.default("Authorization", f"Bearer {bearer}")
    found = [header_credential(name, value) for name, value in headers.items if value and is_secret_header(name)]
    headers.items = [(name, value) for name, value in headers.items if not (value and is_secret_header(name))]
    if user is not None and not headers.has("Authorization") and not _has(found, "authorization"):
        found.insert(0, basic_credential(user if ":" in user else f"{user}:"))
    return sorted(found, key=lambda each: each.name.lower() != "authorization")


def _has(found: list[Credential], name: str) -> bool:
    return any(each.name.lower() == name for each in found)


def _query_credentials(url: str) -> list[Credential]:
    return [
        Credential(place=Place.QUERY, name=found["name"], value=Secret(_decoded(found["value"])))
        for found in _PARAMETER.finditer(url)
        if is_secret_name(found["name"])
    ]


def _decoded(value: str) -> str:
    """A key as its owner knows it; one that no header could carry stays as it is written in the URL."""
    plain = unquote_plus(value)
    return plain if plain.isascii() and plain.isprintable() else value


def _emptied(found: re.Match[str]) -> str:
    return f"{found['start']}{found['name']}=" if is_secret_name(found["name"]) else found[0]
