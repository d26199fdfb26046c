"""One running demo API per module, back at its seed for each test, and a client that holds the key."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from demo_kit import FakeTime

from app.demo.server import DemoServer


@pytest.fixture(scope="module")
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture(scope="module")
def server(time: FakeTime) -> Iterator[DemoServer]:
    with DemoServer(settings=time.settings()) as running:
        yield running


@pytest.fixture
def anybody(server: DemoServer) -> Iterator[httpx.Client]:
    """A client without a key."""
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


@pytest.fixture
def shop(anybody: httpx.Client) -> httpx.Client:
    """A client with the key, in front of a shop as it is at the start."""
    assert anybody.post("/reset").status_code == 200
    anybody.headers["X-Api-Key"] = "demo-shop-key"
    return anybody
