"""What is kept of previews and applies: how the mapping was seen last, and the records that were not stored."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec

from app.domain.changes import PREVIEWS, REJECTIONS, Change
from app.domain.identifiers import decode
from app.domain.mapping import Mapping, RejectedRecord, Rejections, SeenPreview, fingerprint
from app.domain.values import JsonValue
from app.domain.workspace import Workspace
from app.engine.drift import seen_fields
from app.engine.preview import Preview
from app.workbench import Workbench

CHANGED_MARK = "changed since its last preview"
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def is_changed(workspace: Workspace, mapping: Mapping) -> bool:
    """Whether source, rows or schema are others than when the mapping was last previewed or applied."""
    seen = workspace.seen_preview(mapping)
    return seen is not None and seen.fingerprint != fingerprint(mapping, workspace.type_named(mapping.target))


def seen_change(workbench: Workbench, mapping: Mapping, found: Preview) -> Change:
    """Remember the mapping, and what its rows held, as of now; no change where that is remembered already."""
    workspace = workbench.workspace
    before = workspace.seen_preview(mapping)
    seen = SeenPreview(
        mapping_id=mapping.id,
        fingerprint=fingerprint(mapping, workspace.type_named(mapping.target)),
        fields=seen_fields(found),
        at=workbench.now(),
    )
    is_same = before is not None and replace(before, at=seen.at) == seen
    return Change(PREVIEWS, decode(mapping.id), before, before if is_same else seen)


def rejected_change(workbench: Workbench, mapping: Mapping, found: Preview) -> Change:
    """Keep the rejected records in place of those of the apply before; remove them when there are none."""
    records = tuple(
        RejectedRecord(index=row.index, key=row.key, reasons=row.reasons, raw=as_json(found.records[row.index]))
        for row in found.rejections
    )
    kept = Rejections(mapping_id=mapping.id, at=workbench.now(), records=records) if records else None
    return Change(REJECTIONS, decode(mapping.id), workbench.vault.kept.rejections(mapping.id), kept)


def as_json(value: JsonValue) -> str:
    """A value as compact JSON, numbers of any size exact."""
    try:
        return _ENCODER.encode(value).decode()
    except (OverflowError, msgspec.MsgspecError):
        return json.dumps(value, ensure_ascii=False, default=str)
