"""JSON in and out: answers are indented so that people can read them raw, requests are read strictly."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response


def json_bytes(content: object) -> bytes:
    """UTF-8, two spaces deep; a lone surrogate goes out as its JSON escape, since UTF-8 has no bytes for it."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2).encode("utf-8", "backslashreplace")


def json_response(
    content: object,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """An answer with a JSON body."""
    return Response(json_bytes(content), status_code=status, headers=headers, media_type=media_type)


def read_object(body: bytes) -> dict[str, object]:
    """The JSON object in a body.

    ValueError says, as the end of a sentence, why it is none: NaN and Infinity, bytes that are not UTF-8, and numbers
    or nesting beyond all measure are refused.
    """
    if not body.strip():
        raise ValueError("it is empty")
    try:
        document = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(document, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 - one kind of refusal for the caller
    return document


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
