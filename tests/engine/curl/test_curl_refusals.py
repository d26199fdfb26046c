"""Whatever is pasted there is an answer: a request, or a refusal that says why; prompts and shells are seen through."""

from __future__ import annotations

import pytest
from curl_kit import drafted
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.engine.curl.assembly import import_curl
from app.engine.curl.drafting import BRACES
from app.engine.curl.showing import draft_lines
from app.engine.curl.words import CurlError

BASE = "https://api.example.com/x"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "There is nothing to import"),
        ("   \n", "There is nothing to import"),
        ("echo hi", "does not begin with curl"),
        ("curl", "names no URL"),
        ("curl -X", "-X needs a value"),
        ("curl --nonsense https://a.example", "curl has no option --nonsense"),
        ("curl -ß https://a.example", "curl has no option -ß"),
        ("curl 'https://a.example", "never closed"),
        ("curl ftp://a.example/x", "ftp is not a protocol of actions"),
        ("curl https://a.example -d @-", "typed or piped into curl"),
        ("curl https://a.example -d 1 -F a=1", "cannot be used together"),
        ("curl https://a.example -F nonsense", "is written name=content"),
        ("curl https://a.example -F 'x=@a,b'", "several files in one part"),
        ("curl https://a.example -H $'X: a\\nb'", "holds a line break"),
        ("curl 'https://[::1'", "The URL cannot be read"),
        ("Invoke-WebRequest -Uri", "has no value"),
        ("Invoke-WebRequest -Uri 'https://a.example", "never closed"),
        ("Invoke-WebRequest -Uri https://a.example -Headers @{ a = 1", "is not whole"),
        ("Invoke-WebRequest -Uri https://a.example -Headers @{ a 1 }", "is not whole"),
        ("Invoke-WebRequest -Uri https://a.example -Body ([X]::Y('a')", "never closed"),
        ('$session = New-Object X\n$session.UserAgent = "x"', "not whole here"),
        ('fetch("https://a.example")', "JavaScript's fetch"),
        ("wget https://a.example", "wget"),
        ("http POST a.example", "HTTPie"),
        ("GET /x HTTP/1.1", "raw HTTP request"),
        ("curl\0 x", "holds NUL"),
    ],
)
def test_refusals_say_why(text: str, reason: str) -> None:
    """By name, with what to do."""
    with pytest.raises(CurlError, match=reason.replace("{", r"\{").replace("'", ".")):
        import_curl(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"curl -X OPTIONS {BASE}", "The method OPTIONS is not one of GET"),
        (f"curl {BASE} --data-raw $'\\xff'", "not UTF-8"),
    ],
)
def test_what_no_action_can_hold_is_refused(text: str, reason: str) -> None:
    """Better than an action that sends something else."""
    with pytest.raises(CurlError, match=reason):
        drafted(text)


@pytest.mark.parametrize(
    "text",
    [
        "$ curl https://a.example/x -d a=1",
        "% curl https://a.example/x -d a=1",
        "me@host:~/dir$ curl https://a.example/x -d a=1",
        "[me@host dir]# curl https://a.example/x -d a=1",
        "# curl https://a.example/x -d a=1",
        "$ curl https://a.example/x \\\n> -d a=1",
        "# curl https://other.example\ncurl https://a.example/x -d a=1",
        "# first a note\ncurl https://a.example/x -d a=1",
        "PS C:\\Users\\me> curl.exe https://a.example/x -d a=1",
        "C:\\Users\\me>curl https://a.example/x -d a=1",
        "/usr/bin/curl https://a.example/x -d a=1",
        "curl.exe https://a.example/x `\n  -d a=1",
        'curl "https://a.example/x" ^\r\n  -d "a=1"',
        'curl ^"https://a.example/x^" ^\n  -d ^"a=1^"',
        "\ufeffcurl https://a.example/x -d a=1",
        "curl --url=https://a.example/x --data=a=1",
    ],
)
def test_prompts_and_shells(text: str) -> None:
    """Whatever it was copied from."""
    found = import_curl(text)
    assert (found.method, found.url, found.body) == ("POST", "https://a.example/x", b"a=1")
    assert found.remarks == ()


_TOKENS = (
    "curl|'|\"|\\|$'|-H|-d|-F|-u|-X|-b|-G|--json|--url|-T|@f|=|;|https://a.example/|a:b@|{{x}}|{|[1-2]|?token=|#|\n|^|`"
    "|$A|\\xff|é|%"
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_TOKENS.split("|")), max_size=14).map(lambda found: "curl " + " ".join(found)))
@example("curl https://\udcff.example/")
@example("curl https://a.example/ -H $'X: \\xff'")
@example("curl https://a.example/ -H $'X\\xff: y'")
@example("curl http://[ -d '{{'")
def test_whatever_is_pasted_there_is_an_answer(text: str) -> None:
    """An action that can be stored, or words; never anything else."""
    try:
        made = drafted(text, {"f": b"x"}, name="")
    except CurlError as error:
        assert str(error).endswith(".")
        return
    "\n".join(draft_lines(made)).encode()
    assert "{{" not in made.action.body.replace("{{" + BRACES + "}}", "")


def test_a_long_text_is_read_in_time_that_grows_with_it() -> None:
    """A megabyte is refused, a bit less is read."""
    inside = "\\n" * 120_000
    assert len(import_curl(f"curl {BASE} -d $'{inside}'").body) == 120_000
    assert len(import_curl(f'curl {BASE} -d "{inside}"').body) == 240_000
    with pytest.raises(CurlError, match="longer than 1,000,000 characters"):
        import_curl(f"curl {BASE} -d '{'x' * 1_000_000}'")
