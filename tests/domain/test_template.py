"""Templates: text with placeholders, read without losing a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.template import Literal, Part, Placeholder, TemplateError, names, parse

literals = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: "{" not in text)
placeholder_names = st.from_regex(r"[^\s|{}\"]+(?: [^\s|{}\"]+)*", fullmatch=True)
fallbacks = st.none() | st.text(st.characters(codec="utf-8"))


def written(part: Part) -> str:
    if isinstance(part, Literal):
        return part.text
    if part.fallback is None:
        return f"{{{{{part.name}}}}}"
    escaped = part.fallback.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{{{ {part.name} | fallback: "{escaped}" }}}}'


parts = st.lists(literals.map(Literal) | st.builds(Placeholder, placeholder_names, fallbacks))


@given(parts)
def test_parts_join_back_to_what_was_read(given_parts: list[Part]) -> None:
    joined: list[Part] = []
    for part in given_parts:
        if joined and isinstance(part, Literal) and isinstance(joined[-1], Literal):
            joined[-1] = Literal(joined[-1].text + part.text)
        else:
            joined.append(part)
    assert list(parse("".join(map(written, joined)))) == joined


@given(st.text(alphabet='{}a |"\\:fallback'))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except TemplateError as error:
        assert 'write {{name}} or {{name | fallback: "text"}}' in str(error)
    else:
        assert "{{" in text or found == ((Literal(text),) if text else ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("plain", (Literal("plain"),)),
        ("{{a}}", (Placeholder("a"),)),
        ("/o/{{ person.email }}?x", (Literal("/o/"), Placeholder("person.email"), Literal("?x"))),
        ('{{a|fallback:"x"}}', (Placeholder("a", "x"),)),
        ('{{ a | fallback: "say \\"hi\\"\\n" }}', (Placeholder("a", 'say "hi"\n'),)),
        ('{{a | fallback: ""}}', (Placeholder("a", ""),)),
        ('{"n": {"m": 1}}', (Literal('{"n": {"m": 1}}'),)),
        ("{{Line Item.unit price}}", (Placeholder("Line Item.unit price"),)),
    ],
)
def test_how_a_template_is_read(text: str, expected: tuple[Part, ...]) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["{{", "{{}}", "{{a}", "{{a|b}}", "{{a | fallback: x}}", "x {{ {{a}} }}", "{{a\nb}}"])
def test_what_cannot_be_read_shows_the_spot(text: str) -> None:
    with pytest.raises(TemplateError, match="cannot read"):
        parse(text)


def test_names_are_listed_once_in_order() -> None:
    assert names("{{b}}{{a}}{{ b }}") == ("b", "a")
