"""`vault exec`, for programs: operations as JSON lines in, `ack N` out as soon as operation N is on the medium.

It exists so that the vault can be tried from outside. An operation that fails answers `error N KIND: message`, and
the next one is tried; a line that is no operation ends the work.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.errors import UsageError, WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.store.sealed import SealedStore
    from app.store.transaction import Transaction

Step = dict[str, object]


def run(store: SealedStore, lines: Iterable[str], say: Callable[[str], None]) -> int:
    """Carry out every operation in order; the exit code is that of the first one that failed."""
    code = 0
    for number, line in enumerate(lines, 1):
        try:
            step = _parsed(line, number)
        except RecursionError:
            code = code or UsageError.exit_code
            say(f"error {number} {UsageError.__name__}: The line is nested too deeply.")
            continue
        try:
            carry_out(store, step)
        except WorkbenchError as error:
            code = code or error.exit_code
            say(f"error {number} {type(error).__name__}: {error}")
        except ValueError as error:  # an id or a document that no vault can hold
            code = code or UsageError.exit_code
            say(f"error {number} {UsageError.__name__}: {error}")
        else:
            say(f"ack {number}")
    return code


def carry_out(store: SealedStore, step: Step) -> None:
    """One operation: put, del, clear, drop, tx, compact, rekey or close."""
    match step:
        case {"op": "tx", "steps": list() as steps}:
            with store.transaction() as transaction:
                for each in steps:
                    _note(transaction, each)
        case {"op": "compact"}:
            store.compact()
        case {"op": "rekey", "passphrase": str() as passphrase}:
            store.change_passphrase(passphrase)
        case {"op": "close"}:
            store.close()
        case _:
            with store.transaction() as transaction:
                _note(transaction, step)


def _note(transaction: Transaction, step: Step) -> None:
    match step:
        case {"id": bool()}:
            raise UsageError("An id is a whole number, not true or false.")
        case {"op": "put", "table": str() as table, "id": int() as doc_id, "doc": dict() as document}:
            transaction.put(table, doc_id, document)
        case {"op": "put", "table": str() as table, "docs": dict() as documents}:
            transaction.put_many(table, [(int(key), document) for key, document in documents.items()])
        case {"op": "del", "table": str() as table, "id": int() as doc_id}:
            transaction.delete(table, doc_id)
        case {"op": "clear", "table": str() as table}:
            transaction.clear(table)
        case {"op": "drop", "table": str() as table}:
            transaction.drop(table)
        case _:
            raise UsageError(f"This is no operation: {json.dumps(step)[:200]}")


def _parsed(line: str, number: int) -> Step:
    try:
        step = json.loads(line)
    except ValueError:
        step = None
    if not isinstance(step, dict):
        raise UsageError(f"Line {number} is not a JSON object.")
    return step
