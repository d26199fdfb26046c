"""What an import keeps apart, lists and refuses: credentials, remarks, files, foreign commands."""

from __future__ import annotations

import subprocess

import pytest
from curl_kit import CURL, drafted, needs_curl, rendered
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.action import Method
from app.domain.sending import SendOptions
from app.engine.curl.assembly import import_curl
from app.engine.curl.drafting import BRACES
from app.engine.curl.options import read_options
from app.engine.curl.options_table import FLAGS, VALUED
from app.engine.curl.remarks import option_remarks
from app.engine.curl.showing import draft_lines
from app.engine.curl.words import CurlError

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
        ("-u me:pw", "Authorization", "Basic", "bWU6cHc="),
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


def test_how_it_travels_is_carried_over() -> None:
    """Redirects, protocol and time limit are the action's own options; what weakens it is not taken over."""
    action = drafted(f"curl -skL --http2 -m 2.5 {BASE}").action
    assert action.sending == SendOptions(follows_redirects=True, is_http2=True, deadline_s=2.5)
    assert drafted(f"curl -L --no-location {BASE}").action.sending == SendOptions()


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


@pytest.mark.parametrize(
    ("options", "remark"),
    [
        ("--location-trusted", "no credential goes along to another host: --location-trusted"),
        (
            "-L --max-redirs 9",
            "Redirects are followed at most five times, and never with a body to another host: --max",
        ),
        ("-k", "Certificates are verified: -k was left out. The action's options"),
        ("-x http://p:1", "No proxy is used: -x was left out."),
        ("--cacert ca.pem", "The file was not read and has no place in an action: --cacert was left out."),
        ("--cert c.pem --key k.pem", "No client certificate is sent: --cert and --key were left out"),
        ("-m 5 --connect-timeout 2", "One time limit holds for the whole answer: --connect-timeout"),
        ("-m 0", "The time limit of -m (--max-time) is none that an action can have"),
        ("--http3", "An action can ask for HTTP/1.1 or HTTP/2, nothing else: --http3"),
        ("--aws-sigv4 aws:amz:eu:es", "Requests cannot be signed or negotiated: --aws-sigv4"),
        ("--digest -u a:b", "negotiated: --digest"),
        ("-sS -o out -w x", "About curl's own output alone, and without meaning here: -s, -S, -o and -w."),
        ("--retry 3", "A request is sent once, never again by itself: --retry"),
        ("-K curl.cfg", "A file of options was not read, and what it asks for is missing: -K was left out."),
        ("-b cookies.txt", "-b names a file of cookies: it was not read."),
        ("-I", "-I asks with HEAD, which actions do not have: GET is sent"),
        ("-X delete", "The method was written in capitals"),
        ("-H 'Content-Length: 5'", "The header Content-Length is made when the request is sent"),
        ("-H nonsense", "A header without a colon was left out"),
        ("-H 'Accept:'", "-H takes away headers that curl adds by itself (accept)"),
        ("-u me", "-u names a user without a password"),
        ("--next -d 1 https://b.example", "What follows --next is a request of its own"),
        ("https://b.example", "The command line names 2 URLs"),
        ("-F a=1", "written-out multipart body"),
        ("--tlsv1.2", "An action has no such setting: --tlsv1.2 was left out."),
        ("-d '{}'", "if it is meant as JSON, change that header"),
        ("-H 'Authorization: Bearer {{token}}'", "another tool's placeholder ({{…}})"),
        ("\\  \n -k", "with blanks behind it at the end of a line was read"),
        ('-d "$BODY"', "$BODY stands in the text as written"),
    ],
)
def test_what_is_not_carried_over_is_listed(options: str, remark: str) -> None:
    """One sentence each."""
    found = " ".join(drafted(f"curl {BASE} {options}").remarks)
    assert remark in found


def test_no_option_is_dropped_in_silence() -> None:
    """Every option of curl is in the request or in a sentence; those carried are few and tested by the table."""
    silent = {
        name
        for name in (*FLAGS, *VALUED)
        if name != "next" and not option_remarks(read_options([f"--{name}", *(["x"] if name in VALUED else [])]))
    }
    carried = """
        request header data data-ascii data-binary data-raw data-urlencode json get form form-string url url-query
        user user-agent referer cookie oauth2-bearer basic compressed globoff range upload-file head form-escape
        location location-trusted http1.1 http2 max-time"""
    assert silent == set(carried.split())


@needs_curl
def test_the_options_are_those_of_the_real_curl() -> None:
    """Each with its letter, and with a value or without."""
    assert CURL
    shown = subprocess.run([CURL, "--help", "all"], capture_output=True, text=True, check=True, timeout=20).stdout
    for line in shown.splitlines():
        words = line.split()
        if words and words[0].startswith("-"):
            long = next(word for word in words if word.startswith("--"))[2:]
            takes_value = words[words.index(f"--{long}") + 1].startswith(("<", "["))
            table = VALUED if takes_value else FLAGS
            name = long if long in table else long.removeprefix("no-")
            assert name in table, line
            if len(words[0]) == 3 and words[0].endswith(","):
                assert table[name] == words[0][1], line


@pytest.mark.parametrize(
    ("url", "expected", "remark"),
    [
        ("api.example.com/x", "https://api.example.com/x", "names no protocol"),
        ("http://api.example.com/x", "https://api.example.com/x", "http:// was made https://"),
        ("http://localhost:80/x", "http://localhost:80/x", ""),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/", ""),
        ("'http://[::1]:8080/x'", "http://[::1]:8080/x", ""),
        ("HTTPS://api.example.com", "https://api.example.com/", ""),
        ("'https://api.example.com/{a,b}/[1-3]'", "https://api.example.com/a/1", "is a pattern"),
        ("'https://api.example.com/x#y'", "https://api.example.com/x", "behind # is never sent"),
        ("'https://api.example.com/a[0]'", "https://api.example.com/a[0]", "curl refuses {, }, [ and ]"),
        ("'https://api.example.com/{{x}}'", "https://api.example.com/{{x}}", "curl refuses {, }, [ and ]"),
        ("'https://api.example.com/a b'", "https://api.example.com/a%20b", ""),
    ],
)
def test_urls(url: str, expected: str, remark: str) -> None:
    """As curl takes them, with HTTPS only except to this machine."""
    found = import_curl(f"curl {url}")
    assert found.url == expected
    assert remark in " ".join(found.remarks)
    assert bool(remark) == bool(found.remarks)


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("-d @a.json", ("a.json",)),
        ("--json @a.json -d @b", ("a.json", "b")),
        ("--data-urlencode q@a", ("a",)),
        ("-F 'x=@a;type=b/c' -F 'y=<d'", ("a", "d")),
        ("-T up.bin", ("up.bin",)),
        ("-H @headers", ("headers",)),
        ("--data-raw @a --form-string", ()),
    ],
)
def test_files_are_named_and_not_read(text: str, files: tuple[str, ...]) -> None:
    """Reading them is the caller's business, after a yes."""
    if not files:
        assert import_curl(f"curl {BASE} --data-raw @a").unread_files == ()
    else:
        assert import_curl(f"curl {BASE} {text}").unread_files == files


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
        ("Invoke-WebRequest -Uri https://a.example", "PowerShell's own request command"),
        ('$session = New-Object X\n$session.UserAgent = "x"\nInvoke-WebRequest -Uri "x"', "PowerShell's own"),
        ("curl -Uri https://a.example -Headers @{ a = 1 }", "PowerShell's curl alias"),
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


def test_names_are_made_and_do_not_clash() -> None:
    """Method and place."""
    assert drafted("curl 'https://a.example/orders?x=1' -d a=1", name="").action.name == "POST a.example/orders"
    assert drafted(f"curl {BASE}", name="Mine").action.name == "Mine"
    assert drafted(f"curl {BASE}").action.method is Method.GET


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
