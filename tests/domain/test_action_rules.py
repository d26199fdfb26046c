"""What an action and a token must satisfy, in the words of the refusals."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from app.domain.action import Action, DataInput, Header, Method
from app.domain.action_rules import check_action, is_loopback
from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, ObjectId, TokenId
from app.domain.placeholder_names import known_names
from app.domain.schema import Attribute, ObjectType
from app.domain.secret import DOTS, Secret
from app.domain.token import Token
from app.domain.token_rules import check_token
from app.domain.workspace import Workspace

OTHER = Action(id=ActionId("act_1"), name="List orders", url="https://shop.example/orders")
TOKEN = Token(id=TokenId("tok_1"), name="Shop", prefix="Bearer", value=Secret("s3cret"))
ORDER = ObjectType(id=ObjectId("obj_1"), name="Order")
SPACE = Workspace(
    objects=MappingProxyType({1: ORDER}),
    actions=MappingProxyType({1: OTHER}),
    tokens=MappingProxyType({1: TOKEN}),
)


def action(**more: object) -> Action:
    made = Action(id=ActionId("act_2"), name="Get order", url="https://shop.example/orders")
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def said(action: Action, space: Workspace = SPACE) -> list[str]:
    return [str(problem) for problem in check_action(space, action)]


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/orders",
        "HTTPS://shop.example",
        "http://127.0.0.1:8765/orders",
        "http://localhost/orders",
        "http://[::1]:80/orders",
        "https://{{person.name}}.example/orders",
        "{{company.website}}/orders",
        "https://shop.example/{{ id }}?q={{person.email}}",
    ],
)
def test_good_urls(url: str) -> None:
    assert said(action(url=url, inputs=(DataInput(name="id"),))) == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "URL: is empty; it begins with https://"),
        ("shop.example", 'URL: "shop.example" does not begin with https://'),
        ("ftp://shop.example", 'URL: "ftp://shop.example" does not begin with https://'),
        ("https:shop.example", 'URL: "https:shop.example" does not begin with https://'),
        ("https:///orders", "URL: names no host; write https://host/path"),
        (
            "http://shop.example",
            "URL: shop.example is not this machine, so the URL must begin with https://",
        ),
        (
            "http://localhost.shop.example",
            "URL: localhost.shop.example is not this machine, so the URL must begin with https://",
        ),
        ("https://shop.example:99999/", "URL: cannot be read: Port out of range 0-65535"),
    ],
)
def test_bad_urls(url: str, sentence: str) -> None:
    assert said(action(url=url)) == [sentence]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "app.localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "128.0.0.1", "10.0.0.1", "0.0.0.0", "2130706433", "::2", ""])
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "name: an action needs a printable name of at most 200 characters"),
        ({"name": "x" * 201}, "name: an action needs a printable name of at most 200 characters"),
        ({"name": "a\x1bb"}, "name: an action needs a printable name of at most 200 characters"),
        ({"name": "List orders"}, 'name: there is an action "List orders" already; choose another name'),
        ({"headers": (Header(name="X Y", value="1"),)}, "header X Y: is not a header name; use letters, digits and -"),
        ({"headers": (Header(name="", value="1"),)}, "header (empty): is not a header name; use letters, digits and -"),
        (
            {"headers": (Header(name="X-Y", value="1\r\nX-Evil: 2"),)},
            "header X-Y: holds a line break or NUL, which no header may",
        ),
        (
            {"inputs": (DataInput(name="1st"),)},
            "input 1st: its name begins with a letter and holds letters, digits, _ . and -",
        ),
        ({"inputs": (DataInput(name="a"), DataInput(name="a"))}, "input a: is declared twice"),
        (
            {"inputs": (DataInput(name="a", data_type=DataType.DATE),)},
            "input a: is a date; inputs are text, integer, decimal, boolean",
        ),
        (
            {"inputs": (DataInput(name="a", data_type=DataType.INTEGER, default="x"),)},
            'input a: its default is "x", not an integer',
        ),
        ({"url": "https://x.example/{{emial}}"}, "URL: {{emial}} is not known; declare it as an input of the action."),
        (
            {"url": "https://x.example/{{person.emial}}"},
            "URL: {{person.emial}} is not known; did you mean person.email or person.name?",
        ),
        (
            {"body": "{{a", "method": Method.POST},
            'body: cannot read "{{a"; write {{name}} or {{name | fallback: "text"}}',
        ),
        (
            {"headers": (Header(name="X-Y", value="{{b}}"),)},
            "header X-Y: {{b}} is not known; declare it as an input of the action.",
        ),
    ],
)
def test_what_stops_an_action(change: dict[str, object], sentence: str) -> None:
    assert said(action(**change)) == [sentence]


def test_an_action_keeps_its_own_name() -> None:
    assert said(OTHER) == []


def test_inputs_and_attributes_can_be_placeholders() -> None:
    names = known_names(SPACE, action(inputs=(DataInput(name="order_id"),)))
    assert names[0] == "order_id"
    assert {"person.email", "company.plan", "conversation.state", "Order.external_id"} <= set(names)


def test_archived_attributes_are_no_placeholders() -> None:
    gone = replace(ORDER, attributes=(Attribute(name="gone", data_type=DataType.TEXT, is_archived=True),))
    space = replace(SPACE, objects=MappingProxyType({1: gone}))
    assert "Order.gone" not in known_names(space, action())


def test_only_get_changes_nothing() -> None:
    assert [method.value for method in Method if not method.is_mutating] == ["GET"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "name: a token needs a printable name"),
        ({"name": "Shop"}, 'name: there is a token "Shop" already; remove it first'),
        ({"header": "X Y"}, 'header: "X Y" is not a header name'),
        ({"value": Secret("")}, "value: is empty; give the token on standard input or at the prompt"),
        ({"value": Secret("a\nb")}, "value: holds a line break or a character that no header can carry"),
        ({"value": Secret("ключ")}, "value: holds a line break or a character that no header can carry"),
        ({"prefix": "Bear\ner"}, "value: holds a line break or a character that no header can carry"),
    ],
)
def test_what_stops_a_token(change: dict[str, object], sentence: str) -> None:
    new = replace(TOKEN, id=TokenId("tok_2"), name="New")
    made = replace(new, **change)  # type: ignore[arg-type]  # fields by name
    assert [str(problem) for problem in check_token(SPACE, made)] == [sentence]


def test_a_token_knows_its_header_and_shows_dots() -> None:
    assert check_token(SPACE, TOKEN) == ()
    assert TOKEN.header_value.reveal() == "Bearer s3cret"
    assert replace(TOKEN, prefix="").header_value.reveal() == "s3cret"
    assert "s3cret" not in f"{TOKEN!r} {TOKEN} {TOKEN.header_value} {TOKEN.value!r}"


def test_a_secret_shows_its_length_to_nobody() -> None:
    assert repr(Secret("a")) == str(Secret("a" * 99)) == f"{Secret('')}" == DOTS
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a")
    assert not Secret("")
