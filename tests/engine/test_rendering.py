"""What a request is made of, and every sentence that keeps one from being sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rendering_kit import BASE, TOKEN, action, refused, rendered

from app.domain.action import BodyFormat, Header, QueryRow
from app.domain.secret import DOTS
from app.domain.token import Token
from app.engine.request import masked


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{txet}}", "URL: {{txet}} is not known; did you mean text"),
        ("{{user.id}}", "did you mean user_id? user.id would be the attribute of an object, user_id is an input."),
        (
            "{{person_email}}",
            "did you mean person.email? person.email is the attribute of an object, person_email would",
        ),
        ("{{Person.Email}}", "did you mean person.email? Names are exact, with their capitals, dots and lines."),
        ("{{env.bass}}", "did you mean env.base or"),
        ("{{zzzzzz}}", "{{zzzzzz}} is not known; declare it as an input of the action."),
        ("{{env.zzzzzzzzz}}", "{{env.zzzzzzzzz}} is not known; set it in an environment."),
        ("{{must}}", "input must: has no value, so nothing is sent"),
        ("{{person.email}}", "person.email: has no value, so nothing is sent"),
        ("{{env.base}}", "env.base: has no value in the active environment"),
        ("{{text", 'URL: cannot read "{{text"'),
    ],
)
def test_a_name_without_a_value_blocks_the_send(template: str, words: str) -> None:
    """And is named, with the nearest there is."""
    (said,) = refused(action(url=f"{BASE}/{template}"), {})
    assert words in said


def test_all_problems_are_named_at_once() -> None:
    made = action(url=f"{BASE}/{{{{must}}}}", body="{{nope}}", headers=(Header(name="X-A", value="{{person.email}}"),))
    assert len(refused(made, {})) == 3


@pytest.mark.parametrize(
    ("url", "values", "sent"),
    [
        ("{{env.base}}/a", {"env.base": "https://one.example/v1/"}, "https://one.example/v1/a"),
        ("https://{{env.host}}/a", {"env.host": "one.example:8443"}, "https://one.example:8443/a"),
        ("https://{{text}}.example/a", {"text": "tenant-1"}, "https://tenant-1.example/a"),
        ("https://shop.example/{{text}}{{text}}", {"text": "."}, "https://shop.example/%2E%2E"),
        ("https://shop.example?q={{text}}", {"text": "a/b"}, "https://shop.example?q=a%2Fb"),
        ("https://shop.example/#{{text}}", {"text": "a b"}, "https://shop.example/#a%20b"),
    ],
)
def test_places_of_a_url(url: str, values: dict[str, str], sent: str) -> None:
    assert rendered(action(url=url), values).url == sent


@pytest.mark.parametrize(
    ("url", "values", "words"),
    [
        (
            "{{text}}/a",
            {"text": "https://evil.example"},
            "URL: only a variable of the environment can stand for the scheme",
        ),
        ("{{env.base}}/a", {"env.base": "https://user@evil.example"}, "the variable is no base URL"),
        ("{{env.base}}/a", {"env.base": "ftp://one.example"}, "the variable is no base URL"),
        (
            "{{env.base}}/a",
            {"env.base": "http://one.example"},
            "is not this machine, so the URL must begin with https://",
        ),
        ("https://{{env.host}}/", {"env.host": "one.example/x"}, "the variable is no host"),
        *(
            ("https://{{text}}.example/", {"text": bad}, "a value in the host has letters, digits, . and - alone")
            for bad in (
                "evil.example/",
                "evil.example#",
                "a@evil.example",
                "evil.example?x=",
                "a\\b",
                "a:80",
                "ä",
                "a\n",
            )
        ),
    ],
)
def test_what_cannot_decide_the_host(url: str, values: dict[str, str], words: str) -> None:
    assert any(words in said for said in refused(action(url=url), values))


def test_a_value_that_decides_the_host_is_named_for_the_question() -> None:
    """A variable of the environment is the user's own and is not."""
    assert rendered(action(url="https://{{text}}.example/"), {"text": "a"}).host_names == ("text",)
    assert rendered(action(url=f"{BASE}{{{{text}}}}/x"), {"text": ".evil.example"}).host_names == ("text",)
    assert rendered(action(url="{{env.base}}/{{text}}"), {"env.base": BASE, "text": "a"}).host_names == ()


def test_a_token_goes_to_its_hosts_alone() -> None:
    """The refusal names the host and the way to allow it."""
    bound = replace(TOKEN, hosts=("shop.example", "*.shop.example"))
    for url in (f"{BASE}/x", "https://eu.shop.example/x", "https://SHOP.example:443/x"):
        assert rendered(action(url=url), {}, bound).url == url
    for host in ("evil.example", "shop.example.evil.example", "shop.example:8443", "notshop.example"):
        (said,) = refused(action(url=f"https://{host}/"), {}, bound)
        assert f'is not sent to {host}. If it belongs there, allow it: token allow "Key" {host}' in said
        assert "s3cret" not in said


def test_rows_that_are_off_are_not_sent() -> None:
    """Of the query, the headers and a form."""
    made = action(
        url=f"{BASE}/?a=1#end",
        query=(QueryRow(name="b c", value="{{text}} &"), QueryRow(name="off", value="{{nope}}", is_enabled=False)),
        headers=(Header(name="X-A", value="1"), Header(name="X-Off", value="{{nope}}", is_enabled=False)),
        body="x y={{text}}=\n# off=1\n\nz",
        body_format=BodyFormat.FORM,
    )
    request = rendered(made, {"text": "ü"})
    assert request.url == f"{BASE}/?a=1&b%20c=%C3%BC%20%26#end"
    assert "X-Off" not in {header.name for header in request.headers}
    assert request.body == b"x+y=%C3%BC%3D&z="
    assert ("Content-Type", "application/x-www-form-urlencoded") in [(h.name, h.text) for h in request.headers]


def test_an_equals_sign_in_a_fallback_does_not_part_a_row() -> None:
    made = action(body='{{text | fallback: "a=b"}}=c', body_format=BodyFormat.FORM)
    assert rendered(made, {}).body == b"a%3Db=c"


@pytest.mark.parametrize(
    ("body", "values", "sent"),
    [
        ('{"a": {{whole}}}', {"whole": "12345678901234567890"}, '{"a": 12345678901234567890}'),
        ('{"a": {{part}}}', {"part": "0.1000000000000000000001"}, '{"a": 0.1000000000000000000001}'),
        ('{"a": {{flag}}}', {"flag": "TRUE"}, '{"a": true}'),
        ('{"a": {{flag}}}', {}, '{"a": null}'),
        ('{"a": {{text}}}', {}, '{"a": null}'),
        ('{"a": "{{text}}"}', {}, '{"a": ""}'),
        ('{"a": {{person.vip}}}', {"person.vip": "false"}, '{"a": false}'),
        ('{"a": {{text}}}', {"text": "12"}, '{"a": "12"}'),
        ('{"a": {{whole | fallback: "7"}}}', {}, '{"a": 7}'),
        ('{"a": {{text | fallback: "say \\"hi\\""}}}', {}, '{"a": "say \\"hi\\""}'),
        ('{"a": "\\"{{text}}"}', {"text": '"'}, '{"a": "\\"\\""}'),
    ],
)
def test_json_values_keep_their_type(body: str, values: dict[str, str], sent: str) -> None:
    assert rendered(action(body=body, body_format=BodyFormat.JSON), values).body == sent.encode()


@pytest.mark.parametrize(
    ("name", "value"), [("whole", "1.5"), ("whole", "007"), ("flag", "yes"), ("part", "1,5"), ("whole", "1}")]
)
def test_a_value_of_another_type_is_refused(name: str, value: str) -> None:
    (said,) = refused(action(body=f'{{"a": {{{{{name}}}}}}}'), {name: value})
    assert said.startswith(f"input {name}: is ")


def test_content_types_of_raw_text() -> None:
    """As chosen, else plain text; a header of the action counts before both; automatic text says nothing."""

    def sent(**parts: object) -> list[str]:
        headers = rendered(action(body="a,b", **parts), {}).headers
        return [header.text for header in headers if header.name.lower() == "content-type"]

    assert sent(body_format=BodyFormat.TEXT) == ["text/plain; charset=utf-8"]
    assert sent(body_format=BodyFormat.TEXT, content_type="text/csv") == ["text/csv"]
    assert sent(body_format=BodyFormat.TEXT, headers=(Header(name="content-type", value="x/y"),)) == ["x/y"]
    assert sent() == []


def test_a_short_token_is_dots_in_its_header() -> None:
    """Though it is too short to be looked for elsewhere."""
    from app.domain.secret import Secret

    request = rendered(action(), {}, Token(id=TOKEN.id, name="T", prefix="Bearer", value=Secret("ab")))
    assert ("Authorization", f"Bearer {DOTS}") in masked(request).headers


def test_half_a_character_is_refused() -> None:
    (said,) = refused(action(url=f"{BASE}/{{{{text}}}}"), {"text": "a\udcff"})
    assert "half a character" in said
