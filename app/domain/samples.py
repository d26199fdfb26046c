"""The samples of an action: responses kept under names, one of them chosen for MOCK to answer with.

No two have the same name, whatever its case; keeping one under a name that is taken replaces it.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.action import Action, MockResponse

LONGEST_NAME = 60


def samples(action: Action) -> tuple[MockResponse, ...]:
    """Every sample of an action, by name."""
    found = (*([action.mock] if action.mock else []), *action.other_mocks)
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.name)))


def sample_named(action: Action, name: str) -> MockResponse | None:
    """The sample of that name, whatever its case."""
    return next((each for each in samples(action) if _is_named(each, name)), None)


def with_sample(action: Action, sample: MockResponse) -> Action:
    """The action with a sample kept, in place of the one of its name, and chosen."""
    rest = tuple(each for each in samples(action) if not _is_named(each, sample.name))
    return replace(action, mock=sample, other_mocks=rest)


def without_sample(action: Action, sample: MockResponse) -> Action:
    """The action without a sample; when it was the chosen one, the first of the others is."""
    rest = tuple(each for each in samples(action) if each != sample)
    if action.mock != sample:
        return replace(action, other_mocks=tuple(each for each in rest if each != action.mock))
    return replace(action, mock=rest[0] if rest else None, other_mocks=rest[1:])


def name_problem(name: str) -> str:
    """Why a sample cannot have that name, "" when it can."""
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        return f'A sample\'s name has 1 to {LONGEST_NAME} printable letters, such as "out of stock".'
    return ""


def _is_named(sample: MockResponse, name: str) -> bool:
    return sample.name.casefold() == name.casefold()
