"""Lists in pages: which part is asked for, and the absolute links to the parts around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.demo.api_json import json_response
from app.demo.api_routes import whole_number

PER_PAGE = 25
MAX_PER_PAGE = 100
_HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?", re.ASCII)


def base_url(request: Request) -> str:
    """Where the caller reached this API, without a slash at the end.

    Taken from the Host header, so that links also work through a forwarded port; a Host that is none is not repeated.
    """
    host = request.headers.get("host", "")
    if _HOST.fullmatch(host):
        return f"http://{host}"
    address, port = request.scope["server"]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def page_response(request: Request, name: str, rows: Sequence[object]) -> Response:
    """The asked-for page of `rows` under `name`, with `page` beside it and a Link header."""
    number = whole_number(request, "page", default=1, low=1, high=1_000_000)
    per_page = whole_number(request, "per_page", default=PER_PAGE, low=1, high=MAX_PER_PAGE)
    last = max(1, -(-len(rows) // per_page))
    relations = {"first": 1, "last": last}
    if 1 < number <= last + 1:
        relations["prev"] = number - 1
    if number < last:
        relations["next"] = number + 1
    links = {relation: page_url(request, page) for relation, page in relations.items()}
    document = {
        name: rows[(number - 1) * per_page : number * per_page],
        "page": {"number": number, "per_page": per_page, "total": len(rows), "next": links.get("next")},
    }
    header = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items())
    return json_response(document, headers={"Link": header})


def page_url(request: Request, page: int) -> str:
    """This request's address with another page; whatever else it asked for stays."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    return f"{base_url(request)}{request.scope['path']}?{urlencode([*kept, ('page', str(page))])}"
