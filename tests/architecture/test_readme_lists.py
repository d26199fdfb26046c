"""The README's numbered lists count without gaps: two versions of one list side by side contradict each other."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def test_security_has_ten_lines() -> None:
    """One to ten, each once."""
    section = README.read_text().split("## Security in ten lines")[1].split("\n## ")[0]
    assert re.findall(r"^(\d+)\. ", section, re.MULTILINE) == [str(number) for number in range(1, 11)]


def test_the_tour_counts_its_steps() -> None:
    """One to seven, each once."""
    section = README.read_text().split("## The tour")[1].split("\n## ")[0]
    assert re.findall(r"^(\d+)\. ", section, re.MULTILINE) == [str(number) for number in range(1, 8)]
