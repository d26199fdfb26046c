"""What a response no longer has of what a mapping was previewed with: paths lost, types changed."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.mapping import Mapping, SeenField, SeenPreview
from app.engine.infer import FieldKind
from app.engine.preview import FieldOutcome, Preview


def seen_fields(found: Preview) -> tuple[SeenField, ...]:
    """What is remembered of a preview's rows, to compare a later response with."""
    return tuple(SeenField(path=each.path, kind="" if each.is_gone else each.kind) for each in found.fields)


def drift(mapping: Mapping, seen: SeenPreview | None, found: Preview) -> tuple[str, ...]:
    """A sentence for each row whose field is gone or has another type than when it was last previewed."""
    if seen is None or not found.total:
        return ()
    before = {each.path: each.kind for each in seen.fields}
    rows = {row.path for row in mapping.rows}
    return tuple(_said(found.fields, before, rows))


def _said(fields: Sequence[FieldOutcome], before: dict[str, str], rows: set[str]) -> list[str]:
    said = []
    for each in fields:
        was = before.get(each.path, "")
        if each.path not in rows or not was:
            continue
        if each.is_gone:
            said.append(f"{each.path} ({was}) is gone")
        elif each.kind not in (was, FieldKind.UNKNOWN) and was != FieldKind.UNKNOWN:
            said.append(f"{each.path} was {was}, now {each.kind}")
    return said
