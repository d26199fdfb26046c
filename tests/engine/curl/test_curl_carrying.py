"""What of a command line an action cannot hold is listed: options, files, parts of URLs; nothing goes in silence."""

from __future__ import annotations

import subprocess

import pytest
from curl_kit import CURL, drafted, needs_curl

from app.domain.sending import SendOptions
from app.engine.curl.assembly import import_curl
from app.engine.curl.options import read_options
from app.engine.curl.options_table import FLAGS, VALUED
from app.engine.curl.remarks import option_remarks

BASE = "https://api.example.com/x"


def test_how_it_travels_is_carried_over() -> None:
    """Redirects, protocol and time limit are the action's own options; what weakens it is not taken over."""
    action = drafted(f"curl -skL --http2 -m 2.5 {BASE}").action
    assert action.sending == SendOptions(follows_redirects=True, is_http2=True, deadline_s=2.5)
    assert drafted(f"curl -L --no-location {BASE}").action.sending == SendOptions()


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
