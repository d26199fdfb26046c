"""The README says what the program does: its tables are made from the registry, its files exist."""

from __future__ import annotations

import re
import tomllib

from readme_kit import README, filled


def test_key_table_and_grammar_are_as_the_registry_makes_them() -> None:
    """Write them anew with: python tests/architecture/readme_kit.py"""
    text = README.read_text("utf-8")
    assert filled(text) == text


def test_every_linked_file_exists() -> None:
    """Pictures and files that the README links to are in the repository."""
    targets = re.findall(r"\]\(<?(?!https?:)([^)#>]+)>?\)", README.read_text("utf-8"))
    assert targets
    assert [target for target in targets if not (README.parent / target).is_file()] == []


def test_every_dependency_is_named_with_its_reason() -> None:
    """Each direct dependency stands in the table of packages."""
    project = tomllib.loads((README.parent / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.match(r"[a-z0-9-]+", item)[0] for item in wanted]  # type: ignore[index]
    table = README.read_text("utf-8").split("## What it is built on")[1].split("##")[0]
    assert [name for name in names if not re.search(rf"^\|[^|]*\b{name}\b", table, re.MULTILINE)] == []


def test_textual_is_pinned_exactly() -> None:
    """Its private parts are relied on, so its version is fixed."""
    project = tomllib.loads((README.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert [item for item in project["dependencies"] if item.startswith("textual==")]
