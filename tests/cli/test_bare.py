"""A line without a noun is read by hand, and exactly as the grammar would read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import bare, grammar
from app.commands import load_all
from app.errors import UsageError

load_all()
WORDS = st.sampled_from(
    [
        *("--vault", "--vault=a.tdx", "--vault=", "--passphrase-file", "--passphrase-file=p", "a.tdx", "p", "-"),
        *("undo", "--json", "--passphrase-fd", "3", "--vau", "--help", "--", ""),
    ]
)


@pytest.mark.parametrize(
    ("line", "vault", "passphrase_file"),
    [
        ([], None, None),
        (["--vault", "a.tdx"], "a.tdx", None),
        (["--passphrase-file=p", "--vault", "a b"], "a b", "p"),
        (["--vault", "a", "--vault", "b"], "b", None),
    ],
)
def test_global_options_alone(line: list[str], vault: str | None, passphrase_file: str | None) -> None:
    found = bare.read(line)
    assert found is not None
    assert (found.vault, found.passphrase_file, found.passphrase_fd) == (vault, passphrase_file, None)


@given(st.lists(WORDS, max_size=5))
def test_it_agrees_with_the_grammar_or_leaves_it_to_it(line: list[str]) -> None:
    """What it reads, the grammar reads the same way; every mistake and every noun is the grammar's."""
    found = bare.read(line)
    if found is None:
        return
    try:
        parsed = grammar.build("1").parse_args(line)
    except UsageError as error:
        raise AssertionError(f"{line} is a mistake that was read as none") from error
    assert parsed.noun is None
    assert {name: getattr(parsed, name) for name in vars(found)} == vars(found)
