"""TinyDB's own released tests, from its source distribution, run against the vault in two ways.

`make test` fetches them. The known failures are named one by one: they speak of the name of stock TinyDB's classes, or
of the plaintext JSON file that a vault is not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SITE = ROOT / ".venv" / "tinydb-suite" / "site"
SUITE = ROOT / ".venv" / "tinydb-suite" / "tinydb-4.9.0" / "tests"

needs_suite = pytest.mark.skipif(
    not SUITE.is_dir(), reason="TinyDB's own tests are not here; fetch them with: make .venv/tinydb-suite.stamp"
)
pytestmark = needs_suite

REPR = {f"test_tables.py::test_table_repr[{way}]" for way in ("our-table", "stock-table", "caching", "reopened")}
PLAINTEXT = {
    "test_middlewares.py::test_caching_json_write",
    "test_storages.py::test_json_kwargs",
    "test_storages.py::test_encoding",
    "test_storages.py::test_json_invalid_mode_warning",
}
"""Its file handle, its spelling, its encoding, its modes of opening."""


def run_suite(folder: Path) -> tuple[int, set[str]]:
    """Run a copy of the suite in a process of its own: how many passed, and which did not."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=line", "-p", "no:cacheprovider", "-c", os.devnull),
            *("--rootdir", str(folder), f"--basetemp={folder / 'tmp'}", "tests"),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{SITE}",
            "PYTEST_ADDOPTS": "",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed, done.stdout[-3000:] + done.stderr[-3000:]
    bad = {re.sub(r"^tests/", "", name) for name in re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)}
    assert "skipped" not in done.stdout.splitlines()[-1]
    return int(passed[1]), bad


def copy_suite(tmp_path: Path) -> Path:
    shutil.copytree(SUITE, tmp_path / "suite" / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "suite"


def test_with_only_the_fixtures_replaced(tmp_path: Path) -> None:
    """349 of 353, in four modes; the four look for stock TinyDB's class in a repr."""
    folder = copy_suite(tmp_path)
    shutil.copy(HERE / "suite_fixtures.py", folder / "tests" / "conftest.py")
    assert run_suite(folder) == (349, REPR)


def test_with_every_file_untouched(tmp_path: Path) -> None:
    """215 of 219; the four are about the plaintext JSON file that a vault is not."""
    folder = copy_suite(tmp_path)
    shutil.copy(HERE / "suite_json.py", folder / "conftest.py")
    assert run_suite(folder) == (215, PLAINTEXT)
