"""What an import keeps apart: credentials become sealed tokens, and the rest stays the text that it was."""

from __future__ import annotations

from base64 import b64encode

import pytest
from curl_kit import drafted, rendered

from app.domain.action import Method
from app.domain.secret import DOTS
from app.domain.token import TokenKind
from app.engine.curl.drafting import BRACES
from app.engine.curl.showing import draft_lines

CANARY = "canary-4711-secret"
BASE = "https://api.example.com/x"


@pytest.mark.parametrize(
    "text",
    [
        f"curl {BASE} -H 'Authorization: Bearer {CANARY}'",
        f"curl {BASE} -H 'authorization: {CANARY}'",
        f"curl {BASE} -H 'Cookie: sid={CANARY}'",
        f"curl {BASE} -b 'sid={CANARY}'",
        f"curl {BASE} -H 'X-Api-Key: {CANARY}'",
        f"curl {BASE} -H 'api-key: {CANARY}' -H 'X-Auth-Token: other-{CANARY}'",
        f"curl {BASE} -H 'Ocp-Apim-Subscription-Key: {CANARY}'",
        f"curl {BASE} -H 'PRIVATE-TOKEN: {CANARY}'",
        f"curl {BASE} -u me:{CANARY}",
        f"curl https://me:{CANARY}@api.example.com/x",
        f"curl {BASE} --oauth2-bearer {CANARY}",
        f"curl '{BASE}?api_key={CANARY}&page=1'",
        f"curl '{BASE}?page=1' -G -d access_token={CANARY}",
        f"curl {BASE} --url-query 'sig={CANARY}'",
        f"curl {BASE} -x http://me:{CANARY}@proxy:1 -U me:{CANARY} --proxy-header 'X: {CANARY}'",
        f"curl {BASE} --cert client.pem:{CANARY} --pass {CANARY} --aws-sigv4 aws:amz",
        f"curl {BASE} https://me:{CANARY}@two.example/",
        f"curl {BASE} --next -u me:{CANARY} https://two.example/",
        f"TOKEN={CANARY} curl {BASE}",
        f"curl {BASE} | grep {CANARY}",
        f"curl {BASE} -d 'grant_type=password&password={CANARY}'",
        f'curl {BASE} --json \'{{"client_secret": "{CANARY}"}}\'',
        f"curl {BASE} -F 'password={CANARY}'",
    ],
)
def test_no_credential_is_shown(text: str) -> None:
    """Not in the preview, not in a remark, not in the repr of anything."""
    made = drafted(text, name="")
    assert CANARY not in "\n".join(draft_lines(made))
    assert CANARY not in "".join(made.remarks)
    assert CANARY not in repr(made.tokens)
    if made.tokens:
        assert CANARY not in repr(made.action)


@pytest.mark.parametrize(
    ("text", "header", "prefix", "value"),
    [
        ("-H 'Authorization: Bearer abc'", "Authorization", "Bearer", "abc"),
        ("-H 'Authorization: abc'", "Authorization", "", "abc"),
        ("-H 'X-API-Key: a b'", "X-API-Key", "", "a b"),
        ("--oauth2-bearer abc", "Authorization", "Bearer", "abc"),
        ("-b a=1", "Cookie", "", "a=1"),
    ],
)
def test_a_credential_becomes_the_actions_token(text: str, header: str, prefix: str, value: str) -> None:
    """It is sent in its header, and the action's own text does not hold it."""
    made = drafted(f"curl {BASE} {text}")
    (token,) = made.tokens
    assert (token.header, token.prefix, token.value.reveal()) == (header, prefix, value)
    assert made.action.token_id == token.id
    assert made.action.headers == ()
    assert made.remarks == ()


@pytest.mark.parametrize(
    ("text", "user", "password"),
    [
        ("-u me:pw", "me", "pw"),
        ("-u 'mé:s:ecret '", "mé", "s:ecret "),
        ("-H 'Authorization: Basic bWU6cHc='", "me", "pw"),
    ],
)
def test_a_user_with_a_password_becomes_a_basic_token(text: str, user: str, password: str) -> None:
    """Of that kind, so that the password can be changed alone; what is sent is what curl sends."""
    made = drafted(f"curl {BASE} {text}")
    (token,) = made.tokens
    assert (token.kind, token.user, token.value.reveal()) == (TokenKind.BASIC, user, password)
    coded = b64encode(f"{user}:{password}".encode()).decode()
    assert (token.header, token.header_value.reveal()) == ("Authorization", f"Basic {coded}")
    assert made.action.token_id == token.id
    shown = "\n".join(draft_lines(made))
    assert f"Basic {DOTS} of the user {user}" in shown
    assert coded not in shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-u me:", "bWU6"),
        ("-u :pw", "OnB3"),
        ("-u $'me:\\xff'", "bWU6/w=="),
        ("-H 'Authorization: Basic bWU6cHc'", "bWU6cHc"),
        ("-H 'Authorization: Basic bWU'", "bWU"),
        ("-H 'Authorization: Basic {{b64}}'", "{{b64}}"),
    ],
)
def test_what_no_basic_token_sends_alike_is_kept_as_it_is_sent(text: str, value: str) -> None:
    """Without a user or a password, in other bytes than UTF-8, or in an odd spelling of base64."""
    (token,) = drafted(f"curl {BASE} {text}").tokens
    assert (token.kind, token.prefix, token.value.reveal()) == (TokenKind.FIXED, "Basic", value)


def test_a_second_credential_is_sealed_and_said() -> None:
    """An action sends one token: the others wait, named."""
    made = drafted(f"curl {BASE} -b sid=1 -H 'X-Api-Key: k' -H 'Authorization: Bearer t'")
    assert [token.header for token in made.tokens] == ["Authorization", "X-Api-Key", "Cookie"]
    assert made.action.token_id == made.tokens[0].id
    assert sum("this action does not send it" in remark for remark in made.remarks) == 2


def test_a_key_in_the_query_becomes_an_input() -> None:
    """It can be given when the action is sent; the value itself is sealed."""
    made = drafted(f"curl '{BASE}?page=2&api_key=abc%2Bd'")
    assert made.action.url == f"{BASE}?page=2&api_key={{{{api_key}}}}"
    assert [(item.name, item.is_required, item.default) for item in made.action.inputs] == [("api_key", True, None)]
    assert made.tokens[0].value.reveal() == "abc+d"
    assert made.action.token_id is None
    assert "api_key in the query looks like a key" in made.remarks[0]


def test_braces_never_become_placeholders() -> None:
    """The input that stands for them has them as its default; the same bytes are sent."""
    text = f"curl -g '{BASE}?q={{{{x}}}}' -H 'X-T: {{{{a}}}}{{' -H 'Content-Type: text/plain' -d '{{{{{{b}}}}}} {{{{'"
    made = drafted(text)
    assert [(item.name, item.default) for item in made.action.inputs] == [(BRACES, "{{")]
    request = rendered(text)
    assert request.url == f"{BASE}?q=%7B%7Bx}}}}"
    assert request.body == b"{{{b}}} {{"
    assert ("X-T", "{{a}}{") in [(header.name, header.text) for header in request.headers]
    assert sum("kept as text" in remark for remark in made.remarks) == 2


def test_what_stops_it_from_being_sent_is_said_beforehand() -> None:
    """A JSON body that is none, a header that cannot be carried."""
    shown = "\n".join(draft_lines(drafted(f"curl {BASE} -H 'Content-Type: application/json' -d '{{oops'")))
    assert "Before it can be sent: body: is not JSON" in shown
    shown = "\n".join(draft_lines(drafted(f"curl {BASE} -H 'X-A: é'")))
    assert "Before it can be sent: header X-A: holds U+00E9" in shown


def test_a_secret_in_the_body_is_pointed_at() -> None:
    """It stays in the body, which needs it; the person hears of it."""
    made = drafted(f"curl {BASE} -d grant_type=client_credentials -d client_secret={CANARY}")
    assert made.action.body.endswith(CANARY)
    assert "client_secret in the body looks like a secret" in made.remarks[-1]


def test_names_are_made_and_do_not_clash() -> None:
    """Method and place."""
    assert drafted("curl 'https://a.example/orders?x=1' -d a=1", name="").action.name == "POST a.example/orders"
    assert drafted(f"curl {BASE}", name="Mine").action.name == "Mine"
    assert drafted(f"curl {BASE}").action.method is Method.GET
