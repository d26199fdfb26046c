"""A worker process that answers RFC 9535 queries about one body; run as `python -m app.engine.json_query`.

A query cannot be interrupted from inside: a filter with `..` on a deep document, or a regular expression, may run for
hours. A process can be killed, and it ends itself when a query takes too long, even if nobody is there to kill it.
It is told what to do on stdin and answers on stdout, a JSON value a line; the body never touches a disk.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from itertools import islice

import jsonpath_rfc9535.lex
import msgspec
from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathNode, JSONPathQuery, JSONPathRecursionError

from app.engine.worker import given

# The library's own expression takes U+10FF for the last letter of a name, by a slip: RFC 9535 goes on to U+10FFFF.
jsonpath_rfc9535.lex.RE_PROPERTY = re.compile(
    "[\u0080-\ud7ff\ue000-\U0010ffffa-zA-Z_][\u0080-\ud7ff\ue000-\U0010ffffa-zA-Z0-9_]*"
)
QUERY_SECONDS = 10
MOST_MATCHES = 100_000
_BATCH = 500
_STACK = 512 * 1024 * 1024
_MOST_MEMORY = 4 * 1024**3
_DEEPEST = 20_000
_MOST_NAMES = 6


class _Environment(JSONPathEnvironment):
    max_recursion_depth = _DEEPEST


def check(query: str) -> str:
    """What is wrong with a query, or ""."""
    try:
        _Environment().compile(query)
    except JSONPathError as error:
        return str(error)
    except RecursionError:
        return "it is nested too deeply"
    return ""


def answers(document: object, query: str) -> Iterator[dict[str, object]]:
    """Batches of the paths that match; at the end how many there are, or why there are none."""
    try:
        compiled = _Environment().compile(query)
        found = 0
        nodes = iter(compiled.finditer(document))  # type: ignore[arg-type]  # what a JSON text decodes to
        while batch := [list(node.location) for node in islice(nodes, min(_BATCH, MOST_MATCHES - found))]:
            found += len(batch)
            yield {"paths": batch}
        is_cut = found >= MOST_MATCHES and next(nodes, None) is not None
        yield {"count": found, "is_cut": is_cut, "why": "" if found else _why(document, compiled)}
    except JSONPathRecursionError:
        yield {"error": f"The body is more than {_DEEPEST:,} levels deep: too deep for .. to search."}
    except JSONPathError as error:
        yield {"error": f"The query cannot be read: {error}."}
    except RecursionError:
        yield {"error": "The body is too deep for this query."}
    except MemoryError:
        yield {"error": "The query needs more memory than there is. Ask for less."}


def _why(document: object, query: JSONPathQuery) -> str:
    """Which segment found nothing, and what it was asked of."""
    texts = [str(segment) for segment in query.segments]
    for at, text in enumerate(texts):
        before = _first(query, at, document)
        if _first(query, at + 1, document) is None and before is not None:
            asked = JSONPathQuery(env=query.env, segments=query.segments[:at])
            nodes = islice(asked.finditer(document), MOST_MATCHES)  # type: ignore[arg-type]
            count = len([*nodes])
            where = (
                "the root" if not at else f"{count:,} {'values' if count > 1 else 'value'} at ${''.join(texts[:at])}"
            )
            return f"{text} finds nothing in {where}: {_described(before.value)}."
    return "It finds nothing."


def _first(query: JSONPathQuery, size: int, document: object) -> JSONPathNode | None:
    part = JSONPathQuery(env=query.env, segments=query.segments[:size])
    return next(iter(part.finditer(document)), None)  # type: ignore[arg-type]


def _described(value: object) -> str:
    if isinstance(value, dict):
        names = [*islice(value, _MOST_NAMES)]
        more = f" and {len(value) - len(names)} more" if len(value) > len(names) else ""
        return f"the first is an object with {', '.join(names)}{more}" if names else "the first is an empty object"
    if isinstance(value, list):
        return f"the first is an array of {len(value):,}; [*] means its elements" if value else "the first is []"
    kind = {str: "a text", bool: "a boolean", type(None): "null"}.get(type(value), "a number")
    return f"the first is {kind}, which has nothing inside"


def decoded(body: bytes) -> object:
    """The body as plain values: quickly if it is clean, else by the more forgiving decoder."""
    try:
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return json.loads(body.decode("utf-8-sig", "replace"), strict=False)


def _lines(stream: Iterable[bytes]) -> Iterator[str]:
    for line in stream:
        yield json.loads(line)["query"]


def _serve() -> None:
    sys.set_int_max_str_digits(0)
    source, out = sys.stdin.buffer, sys.stdout.buffer
    document, broken = None, ""
    try:
        document = decoded(given(source))
    except ValueError as error:
        broken = f"The body is not whole JSON, so it cannot be filtered: {error}."
    for query in _lines(source):
        signal.alarm(QUERY_SECONDS + 5)
        for answer in [{"error": broken}] if broken else answers(document, query):
            out.write(json.dumps(answer).encode() + b"\n")
            out.flush()
        signal.alarm(0)


def main() -> None:
    """Answer until stdin ends. On a stack of its own, deep enough for any document."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    sys.setrecursionlimit(8 * _DEEPEST)
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve)
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
