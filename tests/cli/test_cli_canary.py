"""A canary in every kind of token: it is in no file in clear, in no word that any command prints, in no form."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from cli_kit import PASSPHRASE, Shell

from app.demo.server import DemoServer
from app.store.vault import Vault

FIXED = "canary/fixed+4711=="
PASSWORD = "canary pass&word"
CLIENT_SECRET = "demo-secret"


def forms(secret: str) -> Iterator[str]:
    """A secret as it stands in requests, answers and files; of base64 what does not depend on its neighbours."""
    yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1])
    for shift in range(3):
        whole = b64encode(b"x" * shift + secret.encode()).decode()
        yield whole[4 if shift else 0 : len(whole) // 4 * 4 - 4]
        yield urlsafe_b64encode(b"x" * shift + secret.encode()).decode()[4 if shift else 0 : -4]


def _setup(shell: Shell, url: str) -> None:
    shell("token", "add", "Fixed", "--header", "X-Fixed", stdin=FIXED)
    shell("token", "basic", "Basic", "--user", "zoe", stdin=PASSWORD)
    client = ("--url", f"{url}/oauth/token", "--client-id", "demo-client")
    shell("token", "client", "Form", *client, stdin=CLIENT_SECRET)
    shell("token", "client", "Header", *client, "--how", "basic", stdin=CLIENT_SECRET)
    for name in ("Fixed", "Basic", "Form", "Header"):
        shell("action", "create", f"Echo {name}", "--url", f"{url}/faults/echo", "--method", "POST", "--token", name)
        shell("action", "edit", f"Echo {name}", "--input", "x", "--body", '{"x": {{x}}}', "--header", "X-V: {{x}}")


def _fetched(shell: Shell) -> list[str]:
    vault = Vault.open(shell.path, PASSPHRASE)
    try:
        return [grant.value.reveal() for grant in vault.workspace().grants.values()]
    finally:
        vault.close()


def _commands(secret: str, name: str) -> Iterator[tuple[str, ...]]:
    """Everything that might show a token, also when somebody has typed it into an input."""
    given = ("--input", f"x={secret}")
    encoded = ("--input", f"x={b64encode(secret.encode()).decode()}")
    yield ("action", "render", name, *given)
    yield ("action", "curl", name, *given)
    yield ("action", "send", name, "--yes", *given)
    yield ("action", "send", name, "--yes", *encoded)
    yield ("action", "send", name, "--yes", "--input", f"x={quote(secret, safe='')}")
    yield ("action", "show", name)
    yield ("run", "list")
    yield ("token", "list")
    yield ("token", "show", name.removeprefix("Echo "))


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["words", "json"])
def test_the_canary_is_never_seen(options: tuple[str, ...], shell: Shell, demo: DemoServer) -> None:
    """Not where it is sent, not where a server sends it back, not in the history; the server did get it."""
    _setup(shell, demo.url)
    fetched = _fetched(shell)
    assert len(fetched) == 3
    secrets = {"Fixed": FIXED, "Basic": PASSWORD, "Form": fetched[-2], "Header": fetched[-1]}
    before = len(demo.requests)
    for name, secret in secrets.items():
        for words in _commands(secret, f"Echo {name}"):
            done = shell(*options, *words)
            assert _seen(secret, done.out + done.err) == [], words
        run = str(shell("--json", "run", "list", "--limit", "1").out)
        identity = json.loads(run)[0]["id"]
        for words in (("run", "show", identity), ("run", "show", identity, "--body")):
            done = shell(*options, *words)
            assert _seen(secret, done.out + done.err) == [], words
        asked = shell(*options, "action", "send", f"Echo {name}", "--input", f"x={secret}", code=1)
        assert _seen(secret, asked.out + asked.err) == []
    arrived = " ".join(value for request in demo.requests[before:] for _, value in request.headers)
    assert FIXED in arrived
    assert b64encode(f"zoe:{PASSWORD}".encode()).decode() in arrived
    shell(*options, "vault", "export", str(shell.path.parent / "plain.json"))
    for secret in (*secrets.values(), CLIENT_SECRET):
        for file in shell.path.parent.iterdir():
            assert _seen(secret, file.read_bytes().decode("latin-1")) == [], file.name


def _seen(secret: str, text: str) -> list[str]:
    return [form for form in forms(secret) if len(form) >= 6 and form in text]


def test_a_refused_token_is_in_no_error(shell: Shell, demo: DemoServer) -> None:
    """A wrong secret, a host that does not answer, an answer without a token."""
    wrong = "canary-wrong-secret"
    for path, code in (("/oauth/token", 3), ("/faults/echo", 3), ("/faults/500", 3)):
        words = ("token", "client", "New", "--url", f"{demo.url}{path}", "--client-id", "demo-client")
        done = shell(*words, code=code, stdin=wrong)
        assert _seen(wrong, done.out + done.err) == []
    for file in shell.path.parent.iterdir():
        assert _seen(wrong, file.read_bytes().decode("latin-1")) == []


def test_a_copy_holds_the_token_only_after_a_yes(shell: Shell, demo: DemoServer) -> None:
    _setup(shell, demo.url)
    assert FIXED not in shell("action", "curl", "Echo Fixed").out
    refused = shell("action", "curl", "Echo Fixed", "--reveal", code=1)
    assert FIXED not in refused.out + refused.err
    assert "add --yes" in refused.err
    assert FIXED in shell("action", "curl", "Echo Fixed", "--reveal", "--yes").out


def test_production_is_sent_only_with_its_host_typed(shell: Shell, demo: DemoServer) -> None:
    """A mere yes is not enough, another host neither."""
    shell("environment", "set", "Demo shop", "--production", "yes")
    shell("action", "create", "Echo", "--url", f"{demo.url}/faults/echo", "--method", "POST")
    host = demo.url.removeprefix("http://")
    before = len(demo.requests)
    for options in ((), ("--yes",), ("--yes-host", "other.example"), ("--yes", "--yes-host", host + "0")):
        done = shell("action", "send", "Echo", *options, code=1)
        assert f"add --yes-host {host}" in done.err
    assert len(demo.requests) == before
    shell("action", "send", "Echo", "--yes-host", host)
    assert len(demo.requests) == before + 1


AWKWARD = ("plain", "a \"b\" 'c' $HOME `x`", "[a]{b,c}", "ü & ? # / ..", "..", "@file", "line\nbreak")


@pytest.mark.parametrize("value", AWKWARD)
def test_the_copied_command_sends_the_same(value: str, shell: Shell, demo: DemoServer) -> None:
    """The real curl against the same server: method, path, query, headers and body are equal, byte for byte."""
    shell("token", "add", "Fixed", "--header", "X-Fixed", stdin=FIXED)
    shell(
        *("action", "create", "Echo", "--url", f"{demo.url}/faults/echo/{{{{v}}}}", "--method", "PUT"),
        *("--token", "Fixed"),
        *("--query", "q={{v}}", "--input", "v", "--body", "@{{v}}", "--body-format", "text", "--header", "X-Empty:"),
    )
    given = ("--input", f"v={value}")
    copied = json.loads(shell("--json", "action", "curl", "Echo", "--reveal", "--yes", *given).out)["command"]
    before = len(demo.requests)
    shell("action", "send", "Echo", "--yes", *given, code=3)
    subprocess.run(["bash", "-c", f"{copied} --silent --output /dev/null --noproxy '*'"], check=True, timeout=30)
    ours, curls = demo.requests[before:]
    assert (ours.method, ours.path, ours.query, ours.body) == (curls.method, curls.path, curls.query, curls.body)
    own = {"host", "connection", "accept-encoding", "content-length"}
    assert sorted(h for h in ours.headers if h[0] not in own) == sorted(h for h in curls.headers if h[0] not in own)
