"""An empty workbench, and one in the middle of work: a shop with orders, made by commands once and copied."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_kit import PASSPHRASE, TOKEN, Bench, closing, new_bench

from app.domain.secret import Secret
from app.store.vault import Vault


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workbench on an empty vault."""
    yield from closing(lambda: new_bench(tmp_path / "v.tdx"))


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The closed vault of the shop; copy it, do not open it."""
    path = tmp_path_factory.mktemp("shop") / "shop.tdx"
    bench = new_bench(path)
    try:
        asyncio.run(_fill(bench))
    finally:
        bench.vault.close()
    return path


@pytest.fixture
def shop(shop_file: Path, tmp_path: Path) -> Iterator[Bench]:
    """A workbench on a copy of the shop's vault."""
    path = Path(shutil.copy(shop_file, tmp_path / "v.tdx"))
    yield from closing(lambda: Bench(Vault.open(path, PASSPHRASE), first_number=1000))


async def _fill(bench: Bench) -> None:
    run = bench.run
    await run("object.create", name="Order", description="What was bought.")
    await run("object.create", name="Item")
    await run("object.create", name="Spare")
    await run("attribute.add", object="Order", name="total", format="decimal")
    await run("attribute.add", object="Order", name="placed_at", format="date")
    await run("attribute.add", object="Order", name="note", format="text")
    await run("attribute.add", object="Order", name="status", format="list", option=("open", "paid"))
    await run("attribute.add", object="Order", name="old", format="text")
    await run("attribute.archive", object="Order", attribute="old")
    await run("attribute.add", object="Order", name="customers", format="reference", target="People", many=True)
    await run("attribute.add", object="Item", name="order", format="reference", target="Order")
    await run("record.put", object="Spare", value=("external_id=s-1",))
    await run("record.put", object="People", value=("external_id=c-1", "email=zoe@example.com", "name=Zoë"))
    await run("object.create", name="Gone")
    await run("record.put", object="Gone", value=("external_id=g-1",))
    await run("object.archive", object="Gone")
    await run("token.add", name="Key", header="X-Api-Key", value=Secret(TOKEN))
    await run("token.add", name="Unused", prefix="Bearer", value=Secret("unused-secret"))
    await run(
        "action.create", name="List orders", url="https://shop.example/orders?q={{q}}", input=("q: text",), token="Key"
    )
    await run(
        "action.create",
        name="Cancel",
        method="POST",
        url="https://shop.example/orders/{{id}}/cancel",
        input=("id*: text",),
        body='{"id": {{id}}}',
        token="Key",
    )
    await run("action.send", action="List orders")
    await run("mapping.suggest", action="List orders", target="Order")
    await run("record.put", object="Order", value=("external_id=1001", "total=1", "note=by hand"))
    await run("record.put", object="Order", value=("external_id=9", "total=9.5"))
