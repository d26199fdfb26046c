"""Vaults with one action and its response of any size, mapped or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.domain.action import Action
from app.domain.changes import ACTIONS, BODIES, MAPPINGS, OBJECTS, RUNS, Change, Changes
from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, MappingId, ObjectId, RunId
from app.domain.mapping import FieldMapping, Mapping
from app.domain.run import Response, Run, SentRequest, split_body
from app.domain.schema import Attribute, ObjectType
from app.store.codec import new_id
from app.store.kdf import Kdf
from app.store.vault import Vault

PASSPHRASE = "bench"
_AT = "2026-11-24T09:30:00Z"
_BORN = ObjectType(id=ObjectId(new_id(OBJECTS, 3)), name="Order")
ORDER = replace(
    _BORN,
    attributes=(
        *_BORN.attributes,
        Attribute(name="total", data_type=DataType.DECIMAL),
        Attribute(name="number", data_type=DataType.INTEGER),
        Attribute(name="currency", data_type=DataType.TEXT),
        Attribute(name="email", data_type=DataType.TEXT),
        Attribute(name="status", data_type=DataType.LIST, options=("open", "shipped", "cancelled")),
        Attribute(name="paid", data_type=DataType.BOOLEAN),
        Attribute(name="customer", data_type=DataType.TEXT),
        Attribute(name="address", data_type=DataType.TEXT),
    ),
)
_FIELDS = {
    "external_id": "$.external_id",
    "external_created_at": "$.placed_at",
    "total": "$.total",
    "number": "$.id",
    "currency": "$.currency",
    "email": "$.email",
    "status": "$.status",
    "paid": "$.paid",
    "customer": "$.customer.name",
    "address": "$.address",
}
MAPPING = Mapping(
    id=MappingId(new_id(MAPPINGS, 4)),
    action_id=ActionId(new_id(ACTIONS, 1)),
    source="$.orders[*]",
    target="Order",
    rows=tuple(FieldMapping(path=path, attribute=name) for name, path in _FIELDS.items()),
)


def vault_with(folder: Path, body: bytes, *, is_mapped: bool = False) -> Path:
    """A vault with the action "Big body" and its response; with `is_mapped` also an object and a mapping to it."""
    path = folder / "bench.tdx"
    vault = Vault.create(path, PASSPHRASE, kdf=Kdf.argon2id(memory_kib=64, iterations=1, lanes=1))
    action = Action(id=ActionId(new_id(ACTIONS, 1)), name="Big body", url="https://example.com/")
    run_id = RunId(new_id(RUNS, 2))
    parts = list(enumerate(split_body(run_id, body), start=10))
    items = [Change(BODIES, number, None, part) for number, part in parts]
    run = _run(run_id, action, len(body), tuple(number for number, _ in parts))
    items += [Change(ACTIONS, 1, None, action), Change(RUNS, 2, None, run)]
    if is_mapped:
        items += [Change(OBJECTS, 3, None, ORDER), Change(MAPPINGS, 4, None, MAPPING)]
    vault.commit(Changes.of("Bench", items), at=_AT)
    vault.close()
    return path


def _run(run_id: RunId, action: Action, size: int, body_ids: tuple[int, ...]) -> Run:
    response = Response(
        status=200,
        reason="OK",
        headers=(("content-type", "application/json"),),
        http_version="HTTP/1.1",
        body_size=size,
        elapsed_ms=1.0,
        first_byte_ms=1.0,
    )
    return Run(
        id=run_id,
        action_id=action.id,
        action_name=action.name,
        started_at=_AT,
        is_mock=False,
        request=SentRequest(method="GET", url=action.url, headers=()),
        response=response,
        body_ids=body_ids,
    )
