"""The block of one change through TinyDB's table, and what an update does to a document."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping
    from contextlib import AbstractContextManager

    from app.store.documents import Document
    from app.store.tinydb_table import SealedTable
    from app.store.transaction import Transaction

    Fields = Mapping[str, object] | Callable[[MutableMapping[str, object]], None]


class Writing:
    """A transaction for one call: the table exists afterwards, and no cached answer of it is left."""

    __slots__ = ("_block", "_table", "_transaction")

    def __init__(self, table: SealedTable, block: AbstractContextManager[Transaction]) -> None:
        self._table = table
        self._block = block

    def __enter__(self) -> Transaction:
        self._transaction = transaction = self._block.__enter__()
        try:
            self._table.notice_others()
        except BaseException:
            self._block.__exit__(*sys.exc_info())
            raise
        return transaction

    def __exit__(self, *exception: Any) -> None:
        succeeds = exception[0] is None
        if succeeds and not self._transaction.has_table(self._table.name):
            self._transaction.create(self._table.name)
        self._block.__exit__(*exception)
        if succeeds:
            self._table.notice(self._table.live_rows())


def change(document: Document, fields: Fields) -> Document:
    """Apply an update to a document, in place: TinyDB's fields, or a callable that changes it."""
    if callable(fields):
        fields(document)
    else:
        document.update(fields)
    return document
