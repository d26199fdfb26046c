"""Every command line of the table, imported and sent by us, is what the real curl sends."""

from __future__ import annotations

from pathlib import Path

import pytest
from curl_kit import Recorder, header, needs_curl, normal, rendered
from curl_table import FILES, LINES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the command lines name."""
    path = tmp_path_factory.mktemp("curl")
    for name, content in FILES.items():
        (path / name).write_bytes(content)
    return path


@needs_curl
@pytest.mark.parametrize("case", LINES)
def test_we_send_what_curl_sends(case: str, recorder: Recorder, folder: Path) -> None:
    """Method, target, headers that matter, body bytes."""
    text = LINES[case].replace("URL", f"http://127.0.0.1:{recorder.port}").replace("PORT", str(recorder.port))
    expected = recorder.from_curl(text, folder)
    request = rendered(text, FILES)
    assert normal(recorder.from_us(request)) == normal(expected)


def test_the_table_is_large_enough() -> None:
    """At least eighty of them, no two alike."""
    assert len(set(LINES.values())) == len(LINES) >= 80


@needs_curl
@pytest.mark.parametrize("option", ["-A 'My Agent/1'", "-H 'User-Agent: My Agent/1'"])
def test_an_agent_of_its_own_is_kept(option: str, recorder: Recorder, folder: Path) -> None:
    """Only the default differs by design."""
    text = f"curl {option} http://127.0.0.1:{recorder.port}/a"
    assert header(recorder.from_curl(text, folder), "user-agent") == "My Agent/1"
    assert header(recorder.from_us(rendered(text)), "user-agent") == "My Agent/1"
