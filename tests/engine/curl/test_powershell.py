"""Requests that a browser copies for PowerShell are imported as what they send."""

from __future__ import annotations

import pytest
from curl_kit import drafted
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.curl.assembly import import_curl
from app.engine.curl.words import CurlError

CHROME = r"""$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0 (X11; Linux) `"quoted`""
$session.Cookies.Add((New-Object System.Net.Cookie("sid", "canary-1", "/", "api.example.com")))
$session.Cookies.Add((New-Object System.Net.Cookie("theme", "dark", "/", "api.example.com")))
Invoke-WebRequest -UseBasicParsing -Uri "https://api.example.com/orders?page=2" `
-Method "POST" `
-WebSession $session `
-Headers @{
"authority"="api.example.com"
  "method"="POST"
  "path"="/orders?page=2"
  "scheme"="https"
  "accept"="*/*"
  "authorization"="Bearer canary-2"
  "x-price"="`$5"
} `
-ContentType "application/json" `
-Body "{`"note`":`"a;b (c) = {d} 'e'`"}"
"""


def test_what_chrome_copies() -> None:
    """Method, URL, headers, body, the session's agent and cookies; the lines of HTTP/2 are no headers."""
    request = import_curl(CHROME)
    assert (request.method, request.url) == ("POST", "https://api.example.com/orders?page=2")
    assert dict(request.headers) == {
        "User-Agent": 'Mozilla/5.0 (X11; Linux) "quoted"',
        "accept": "*/*",
        "x-price": "$5",
        "Content-Type": "application/json",
    }
    assert request.body == b'{"note":"a;b (c) = {d} \'e\'"}'
    kept = {each.name: (each.prefix, each.value.reveal()) for each in request.credentials}
    assert kept == {"authorization": ("Bearer", "canary-2"), "Cookie": ("", "sid=canary-1; theme=dark")}
    assert request.remarks == (
        "PowerShell follows redirects by itself; the action does so when its sending options say so.",
    )


def test_it_becomes_an_action_that_shows_no_secret() -> None:
    made = drafted(CHROME)
    assert [token.header for token in made.tokens] == ["authorization", "Cookie"]
    assert "canary" not in repr(made)


@pytest.mark.parametrize(
    ("text", "method", "url", "body"),
    [
        ("iwr https://a.example/x", "GET", "https://a.example/x", b""),
        ("Invoke-RestMethod 'https://a.example/it''s' -Method Put -Body 'x'", "PUT", "https://a.example/it's", b"x"),
        ("curl -Uri https://a.example/ -Method DELETE", "DELETE", "https://a.example/", b""),
        (
            'irm -Uri "https://a.example/" -Method Post -Body @{ a = "1 2"; b = "3" }',
            "POST",
            "https://a.example/",
            b"a=1+2&b=3",
        ),
        (
            'iwr https://a.example/ -Method POST -Body ([System.Text.Encoding]::UTF8.GetBytes("{`"a`":$([char]233)}"))',
            "POST",
            "https://a.example/",
            b'{"a":$([char]233)}',
        ),
        ("PS C:\\> iwr -Uri https://a.example/x -UseBasicParsing | Select Content", "GET", "https://a.example/x", b""),
    ],
)
def test_forms(text: str, method: str, url: str, body: bytes) -> None:
    request = import_curl(text)
    assert (request.method, request.url, request.body) == (method, url, body)


def test_what_is_left_out_is_named() -> None:
    """With its value, which may be a secret and is not in the words."""
    text = "iwr -Uri https://a.example/ -Credential $me -OutFile 'canary.txt' -TimeoutSec 5 -SkipCertificateCheck"
    request = import_curl(f"{text}\niwr -Uri https://b.example/")
    said = " ".join(request.remarks)
    assert "PowerShell's -Credential and -OutFile have no place in an action." in said
    assert "Another request follows and was left out" in said
    assert "Certificates are verified" in said
    assert "canary" not in said
    assert (request.url, request.sending.deadline_s) == ("https://a.example/", 5.0)


def test_variables_stand_as_they_are_written() -> None:
    request = import_curl('iwr -Uri "https://a.example/$id" -Headers @{ "X-A"="${b}" }')
    assert request.url == "https://a.example/$id"
    assert "$id and ${b} stand in the text as written" in " ".join(request.remarks)


_PIECES = 'iwr|-Uri|-Headers|-Body|@{|}|(|)|=|"a"|`|\n|;|"|https://a.example/|$x|$(|Cookie("a", "b"|-WebSession|,|||x'


@settings(max_examples=200)
@given(st.lists(st.sampled_from(_PIECES.split("|")), max_size=12))
def test_whatever_is_pasted_there_is_an_answer(pieces: list[str]) -> None:
    """A request or a refusal in words, never another error, and never an endless one."""
    try:
        import_curl(f"iwr {' '.join(pieces)}")
    except CurlError as error:
        assert str(error)
