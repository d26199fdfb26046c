"""A request as a command line for curl, for POSIX shells. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from app.engine.request import Request, masked


def curl_line(request: Request, *, is_revealed: bool) -> str:
    """The command; secrets are dots unless revealed. It sends the same bytes, with nothing that curl would add."""
    return " \\\n  ".join(_words(request, is_revealed=is_revealed))


def _words(request: Request, *, is_revealed: bool) -> Iterator[str]:
    sent = masked(request)
    url = request.url if is_revealed else sent.url
    # Brackets and braces mean something to curl, and dots in a path would be resolved: neither is wanted here.
    yield f"curl --globoff --path-as-is --request {request.method} {quote(url)}"
    headers = [(header.name, header.text) for header in request.headers] if is_revealed else sent.headers
    for name, value in headers:
        # "Name:" would take a header away; "Name;" sends it empty.
        yield f"--header {quote(f'{name}: {value}' if value else f'{name};')}"
    if request.body is not None:
        if not any(name.lower() == "content-type" for name, _ in headers):
            yield "--header Content-Type:"
        yield f"--data-raw {quote(request.body.decode() if is_revealed else sent.body)}"
