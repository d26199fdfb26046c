"""One recording server for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from curl_kit import Recorder


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    """A server that keeps what arrives."""
    server = Recorder()
    try:
        yield server
    finally:
        server.close()
