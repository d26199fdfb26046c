"""Exit codes, one JSON document for everything, data on stdout, talk on stderr, a front door that shows no values."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from cli_kit import ROOT, Shell

from app.cli.main import main
from app.demo.server import DemoServer

GOOD: list[tuple[str, ...]] = [
    ("vault", "info"),
    ("object", "list"),
    ("object", "show", "Order"),
    ("object", "create", "Parcel"),
    ("object", "describe", "Order", "Words."),
    ("attribute", "add", "Order", "x", "text"),
    ("attribute", "describe", "Order", "total", "Words."),
    ("attribute", "archive", "Order", "total"),
    ("record", "list", "People"),
    ("record", "show", "People", "c-101"),
    ("record", "put", "Order", "external_id=1"),
    ("record", "delete", "People", "c-101"),
    ("action", "list"),
    ("action", "show", "List orders"),
    ("action", "render", "List orders"),
    ("action", "send", "List orders"),
    ("action", "create", "X", "--url", "https://shop.example/"),
    ("action", "values", "List orders", "status=open"),
    ("token", "list"),
    ("token", "add", "T"),
    ("mapping", "set", "List orders", "--target", "Order"),
    ("run", "list"),
    ("action", "live"),
]
BAD: list[tuple[tuple[str, ...], int, str, str]] = [
    (("object", "create", "Order"), 1, "InvalidInput", '"Order" exists already'),
    (("record", "put", "Order", "total=x"), 1, "InvalidInput", 'total: is "x"'),
    (("undo",), 1, "InvalidInput", "There is nothing to undo."),
    (("redo",), 1, "InvalidInput", "There is nothing to do again"),
    (
        ("attribute", "rename", "Order", "total", "sum"),
        1,
        "InvalidInput",
        "Only the description of an object or an att",
    ),
    (("attribute", "rename", "Order", "total", "sum"), 1, "InvalidInput", "add --yes to go on"),
    (("object", "delete", "Order"), 1, "InvalidInput", "An object is never deleted, only archived"),
    (("record", "list", "Order", "--limit", "0"), 1, "InvalidInput", "--limit is 1 or more."),
    (("nonsense",), 2, "UsageError", "invalid choice: 'nonsense'"),
    (("recrod", "list"), 2, "UsageError", "invalid choice: 'recrod'; did you mean \"record\"?"),
    (("record", "lst", "Order"), 2, "UsageError", "invalid choice: 'lst'; did you mean \"list\"?"),
    (("object",), 2, "UsageError", "the following arguments are required: VERB"),
    (("record",), 2, "UsageError", "VERB: "),
    (("sample",), 2, "UsageError", "list, show, use, remove"),
    (("object", "show"), 2, "UsageError", "the following arguments are required: OBJECT"),
    (("object", "list", "--nope"), 2, "UsageError", "unrecognized arguments: --nope"),
    (("object", "list", "--jso"), 2, "UsageError", "unrecognized arguments: --jso"),
    (("attribute", "add", "Order", "x", "colour"), 2, "UsageError", "invalid choice: 'colour'"),
    (("record", "list", "Order", "--limit", "x"), 2, "UsageError", "invalid int value: 'x'"),
    (("action", "create", "x"), 2, "UsageError", "the following arguments are required: --url"),
    (("token", "add", "x", "the-secret"), 2, "UsageError", "unrecognized arguments"),
    (("--vault", "~nobody-here/v.tdx", "vault", "info"), 2, "UsageError", "There is no home folder"),
    (
        ("--vault", "/nowhere/v.tdx", "vault", "info"),
        4,
        "VaultError",
        "There is no vault at /nowhere/v.tdx. Create",
    ),
    (("--vault", "/dev/null/v.tdx", "vault", "init"), 4, "VaultError", "The folder /dev/null cannot be made"),
    (("--vault", "/" + "x" * 300, "vault", "info"), 4, "VaultError", "cannot be looked at: File name too long"),
    (("--passphrase-file", "/nowhere", "vault", "info"), 4, "VaultError", "cannot be read: No such file or directory"),
    (("--passphrase-file", "/", "vault", "info"), 4, "VaultError", "cannot be read: Is a directory"),
]


@pytest.mark.parametrize("words", GOOD, ids=" ".join)
@pytest.mark.parametrize("is_first", [True, False], ids=["json-first", "json-last"])
def test_json_is_one_document(words: tuple[str, ...], is_first: bool, shell: Shell, demo: DemoServer) -> None:
    """Before the noun or after the verb; what is for people goes to stderr."""
    done = shell(*(("--json", *words) if is_first else (*words, "--json")), stdin="value-4711\n")
    json.loads(done.out)
    assert done.out.endswith("\n")
    assert done.is_harmless


@pytest.mark.parametrize(("words", "code", "kind", "says"), BAD, ids=[" ".join(words)[:60] for words, *_ in BAD])
def test_errors(words: tuple[str, ...], code: int, kind: str, says: str, shell: Shell) -> None:
    """Nothing on stdout and a line on stderr; with --json one document that says the same."""
    talk = shell(*words, code=code)
    assert talk.out == ""
    assert talk.err.startswith("actionbench: ")
    assert says in talk.err
    assert "Traceback" not in talk.err
    error = shell("--json", *words, code=code).document["error"]
    assert isinstance(error, dict)
    assert (error["kind"], error["exit_code"]) == (kind, code)
    assert says in "\n".join(error["problems"])


@pytest.mark.parametrize("command", ["", "object", "object create", "record put", "action send", "undo"])
def test_help(command: str, shell: Shell) -> None:
    """On stdout, without a vault being touched."""
    content = shell.path.read_bytes()
    done = shell(*command.split(), "--help")
    assert done.out.startswith("usage: actionbench")
    assert done.err == ""
    assert shell.path.read_bytes() == content


def test_version(shell: Shell) -> None:
    """One line, with the number that stands in one place."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert shell("--version").out == f"actionbench {project['version']}\n"


def test_a_wrong_passphrase(shell: Shell) -> None:
    """Exit code 4 and its own kind; the passphrase is not repeated."""
    shell.passphrase_file.write_text("canary-wrong")
    done = shell("--json", "vault", "info", code=4)
    assert done.document["error"]["kind"] == "WrongPassphrase"  # type: ignore[index]
    assert "canary" not in done.out + done.err


def test_an_empty_passphrase_file(shell: Shell) -> None:
    """Said as it is, not asked for elsewhere."""
    shell.passphrase_file.write_text("\n")
    expected = f"The passphrase file {shell.passphrase_file} is empty. Write the passphrase into it, on one line."
    assert shell("vault", "info", code=4).err == f"actionbench: {expected}\n"


def test_a_passphrase_file_that_is_not_text(shell: Shell) -> None:
    """Its bytes are not repeated."""
    shell.passphrase_file.write_bytes(b"\xff\xfe")
    assert "it is not UTF-8 text" in shell("vault", "info", code=4).err


def test_a_passphrase_file_that_others_can_read(shell: Shell) -> None:
    """A warning with the way out, and the command goes on."""
    shell.passphrase_file.chmod(0o640)
    done = shell("vault", "info")
    assert done.err == f"Warning: others can read {shell.passphrase_file}; run: chmod 600 {shell.passphrase_file}\n"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_end_of_the_line_is_not_part_of_the_passphrase(end: str, shell: Shell) -> None:
    """But a space is; and accents are the same however they were typed."""
    shell.passphrase_file.write_bytes(b"correct horse" + end.encode())
    shell("vault", "passphrase", stdin="Zo\u0065\u0308 ")
    shell.passphrase_file.write_bytes("Zo\u00eb ".encode() + end.encode())
    shell("vault", "info")
    shell.passphrase_file.write_bytes("Zo\u00eb".encode() + end.encode())
    shell("vault", "info", code=4)


def test_a_damaged_vault_and_a_file_that_is_none(shell: Shell) -> None:
    """Exit code 4, never a traceback."""
    content = bytearray(shell.path.read_bytes())
    content[9000] ^= 0xFF
    shell.path.write_bytes(content)
    assert shell("--json", "vault", "info", code=4).document["error"]["kind"] == "VaultDamaged"  # type: ignore[index]
    shell.path.write_bytes(b"")
    shell("vault", "info", code=4)


def test_what_opening_found_is_said(shell: Shell) -> None:
    """A torn tail is dropped, kept aside, and reported as talk."""
    with shell.path.open("ab") as file:
        file.write(b"tDf1 torn")
    done = shell("vault", "info", "--json")
    assert json.loads(done.out)
    assert "9 bytes" in done.err or "kept in" in done.err


def test_hostile_names_and_texts_are_shown_visibly(shell: Shell, demo: DemoServer) -> None:
    """Whatever comes from outside: arguments, names, bodies, keys, reasons. Nothing that a terminal acts on."""
    bad = "\x1b]52;c;Zm9v\x07\x9b2J\u202e"
    shell("action", "create", "Hostile", "--url", f"{demo.url}/faults/hostile", "--description", bad)
    shell("record", "put", "Order", f"external_id={bad}")
    source, row = ("--source", "$['\x9b\u202e']"), ("--target", "Order", "--row", "$.a -> total")
    for command, code in (
        (("action", "send", "Hostile"), 0),
        (("action", "show", "Hostile"), 0),
        (("action", "list"), 0),
        (("run", "list"), 0),
        (("record", "list", "Order"), 0),
        (("record", "show", "Order", bad), 0),
        (("record", "put", "Order", f"external_id={bad}", f"note={bad}"), 1),
        (("record", "put", "Order", f"external_id={bad}", f"store={bad}"), 0),
        (("object", "show", bad), 1),
        (("object", "create", bad), 1),
        ((bad,), 2),
        (("mapping", "set", "Hostile", *row, "--source", bad), 1),
        (("mapping", "set", "Hostile", *row, *source), 0),
        (("mapping", "show", "Hostile"), 0),
        (("--vault", f"/nowhere/{bad}", "vault", "info"), 4),
    ):
        for options in ((), ("--json",)):
            done = shell(*options, *command, code=code)
            assert done.is_harmless, command
    assert shell("record", "delete", "Order", bad).is_harmless
    assert shell("undo").is_harmless


def test_hostile_values_in_a_preview_are_shown_visibly(
    shell: Shell, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values, keys and reasons of a response, in the table, in the reasons and as JSON."""
    body = {"orders": [{"id": "\x1b[31mred", "total": "\x1b]52;c;Zm9v\x07\x9b", "\x9b31m\u202e": 1}]}

    class Hostile:
        """Answers with control characters everywhere."""

        async def __call__(self, request: object, **_: object) -> object:
            from app.domain.run import Response
            from app.engine.http import Result

            head = Response(
                status=200,
                reason="O\x1b[31mK",
                headers=(("X-\x9b", "\x1b[2J"),),
                http_version="HTTP/1.1",
                body_size=10,
                elapsed_ms=1.0,
                first_byte_ms=1.0,
            )
            return Result(response=head, body=json.dumps(body).encode())

    monkeypatch.setattr("app.engine.http.send", Hostile())
    rows = ("--row", "$.id -> external_id", "--row", "$.total -> total", "--row", "$['\x9b31m\u202e'] -> currency")
    for command in (
        ("action", "send", "List orders"),
        ("run", "list"),
        ("mapping", "set", "List orders", "--source", "$.orders[*]", "--target", "Order", *rows),
        ("mapping", "preview", "List orders"),
        ("mapping", "apply", "List orders"),
        ("mapping", "suggest", "List orders"),
    ):
        for options in ((), ("--json",)):
            done = shell(*options, *command)
            assert done.is_harmless, command
            assert done.out


def test_an_error_of_our_own_shows_no_values(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind of error and its places; neither its text, nor locals, nor a traceback. Exit code 1."""

    def broken(*_: object) -> None:
        local = "canary-in-a-local"
        raise RuntimeError(f"canary-in-the-text {local}")

    monkeypatch.setattr("app.store.views.Records.count", broken)
    done = shell("object", "list", code=1)
    assert "Actionbench stopped because of an error of its own (RuntimeError)." in done.err
    assert "in broken" in done.err
    assert done.out == ""
    as_json = shell("--json", "object", "list", code=1)
    assert as_json.document["error"]["kind"] == "RuntimeError"  # type: ignore[index]
    for shown in (done.err, as_json.out, as_json.err):
        assert "canary" not in shown
        assert "Traceback" not in shown
    monkeypatch.undo()
    assert main(["--vault", str(shell.path), "--passphrase-file", str(shell.passphrase_file), "vault", "info"]) == 0


def test_the_default_vault_lies_in_the_data_folder(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of the platform, where nothing else is said."""
    from app.cli.main import vault_path

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert vault_path(None) == shell.path
    assert vault_path("~/x.tdx") == Path.home() / "x.tdx"
    monkeypatch.delenv("ACTIONBENCH_VAULT")
    assert vault_path(None).parts[-2:] == ("actionbench", "workspace.tdx")
