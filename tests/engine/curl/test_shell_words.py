"""Words of bash are what bash itself makes of them; words of cmd and PowerShell follow their written rules."""

from __future__ import annotations

import subprocess

import pytest
from curl_kit import BASH, needs_curl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.engine.curl.bash_words import bash_words
from app.engine.curl.windows_words import argv, cmd_words, powershell_words
from app.engine.curl.words import CurlError, bytes_of, text_of
from app.engine.curl.writing import quoted

_TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
_SAFE = st.text("abz09 _-./:=@%+,^", max_size=6)


def _by_bash(line: str) -> tuple[str, ...]:
    """The words that bash makes of a line."""
    assert BASH
    done = subprocess.run(
        [BASH, "-c", f"printf '%s\\0' x {line}"],
        capture_output=True,
        check=True,
        timeout=20,
        env={"LC_ALL": "C.UTF-8", "PATH": "/nowhere"},
    )
    return tuple(text_of(word) for word in done.stdout.split(b"\0")[1:-1])


def _inside(tokens: str, opening: str, closing: str) -> st.SearchStrategy[str]:
    """A quoted piece made of tokens that may stand between these quotes."""
    return st.lists(st.sampled_from(tokens.split("␣")), max_size=8).map(
        lambda found: opening + "".join(found) + closing
    )


_PIECES = st.one_of(
    _SAFE.map(str.strip),
    st.sampled_from(("\\ ", "\\'", '\\"', "\\\\", "\\\n", "\\$", "\\#", "a#b")),
    _inside('a␣ ␣"␣$␣`␣\\␣\n␣\t␣|␣#␣é', "'", "'"),
    _inside("a␣ ␣'␣\\\"␣\\\\␣\\$␣\\`␣\\x␣\\\n␣\n␣|␣é", '"', '"'),
    _inside("a␣ ␣\"␣$␣`␣\\\\␣\\'␣\\n␣\\x41␣\\x4␣\\101␣\\7␣\\u00e9␣\\u41␣\\U0001F600␣\\q␣\\e␣\\cA␣\\?␣\n␣é", "$'", "'"),
)


@needs_curl
@settings(max_examples=60)
@given(st.lists(_TEXTS, min_size=1, max_size=4))
@example(["", "a'b", "\x7f\x01", "é'", "\\", "$HOME", "`x`", "{a,b}", "~"])
def test_what_we_quote_bash_and_we_read_back(words: list[str]) -> None:
    """Quote, then read: the same words, by bash and by us."""
    line = " ".join(map(quoted, words))
    assert _by_bash(line) == tuple(words)
    assert bash_words(line).words == tuple(words)


@settings(max_examples=200)
@given(st.binary(max_size=30))
def test_any_bytes_can_be_quoted(raw: bytes) -> None:
    """All but NUL, also those that are no text."""
    raw = raw.replace(b"\0", b"")
    assert bytes_of(bash_words("curl " + quoted(text_of(raw))).words[1]) == raw


@needs_curl
@settings(max_examples=150)
@given(st.lists(st.lists(_PIECES, min_size=1, max_size=3).map("".join).filter(bool), min_size=1, max_size=4))
@example(["$'\\x41\\101\\u00e9\\U1F600\\cA\\e\\?\\q\\x'"])
@example(['"a\\b\\"c\\\\d\\\ne"'])
@example(["a\\ b\\\nc", "'d'\\''e'"])
@example(["$'a\\0b'c", "$'\\400'"])
@example(['$"hi"', "a#b"])
def test_we_read_words_as_bash_does(words: list[str]) -> None:
    """Single quotes, double quotes, `$'…'`, backslashes, side by side."""
    line = " ".join(words)
    found = bash_words("x " + line)
    assert found.words[1:] == _by_bash(line)
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("text", "words", "remark"),
    [
        ('curl "$URL/x" -H $A', ("curl", "$URL/x", "-H", "$A"), "$URL and $A stand in the text as written"),
        ("curl '$URL'", ("curl", "$URL"), ""),
        ('curl "a${B}c"', ("curl", "a${B}c"), "${B} stands in the text"),
        ("curl ${B:-secret}", ("curl", "${B:-secret}"), "${B} stands in the text"),
        ("curl $(cat url)/x", ("curl", "$(cat url)/x"), "was not run"),
        ('curl "`date`"', ("curl", "`date`"), "was not run"),
        ("curl a | jq .", ("curl", "a"), "(from the first unquoted |)"),
        ("curl a; rm b", ("curl", "a"), "(from the first unquoted ;)"),
        ("curl a\necho b", ("curl", "a"), "(from the first unquoted line break)"),
        ("curl https://a/?x=1&y=2", ("curl", "https://a/?x=1"), "put the URL in quotes"),
        ("curl a > out.txt -k", ("curl", "a", "-k"), "writes to a file there (>)"),
        ("curl a -d @- <<< 'x'", ("curl", "a", "-d", "@-"), "reads its input from a file there (<<<)"),
        ("# note\n\ncurl a # more\n# end", ("curl", "a"), ""),
        ("curl a \\\r\n  -k", ("curl", "a", "-k"), ""),
    ],
)
def test_what_bash_would_do_besides_is_said(text: str, words: tuple[str, ...], remark: str) -> None:
    """Nothing is expanded and nothing is run; each is named."""
    found = bash_words(text)
    assert found.words == words
    assert remark in " ".join(found.remarks)
    assert bool(remark) == bool(found.remarks)


@pytest.mark.parametrize("text", ["curl 'a", 'curl "a', "curl $'a", 'curl "a\\"'])
def test_an_open_quote_is_refused(text: str) -> None:
    """The person copied too little."""
    with pytest.raises(CurlError, match="never closed"):
        bash_words(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('curl "https://a/x" ^\n  -H "a: b"', ("curl", "https://a/x", "-H", "a: b")),
        ('curl ^"https://a/?x=1^&y=2^" ^\r\n  -H ^"a: b^"', ("curl", "https://a/?x=1&y=2", "-H", "a: b")),
        ('curl --data-raw ^"^{^\\^"a^\\^": ^\\^"100^%^25^\\^"^}^"', ("curl", "--data-raw", '{"a": "100%25"}')),
        ('curl -d "a^b" x^^y', ("curl", "-d", "a^b", "x^y")),
        ('curl -d ^"one^\n\ntwo^"', ("curl", "-d", "one\ntwo")),
        ('curl -d "{""a"": 1}"', ("curl", "-d", '{"a": 1}')),
        ('curl "C:\\dir\\\\" \\x', ("curl", "C:\\dir\\", "\\x")),
    ],
)
def test_cmd(text: str, words: tuple[str, ...]) -> None:
    """Carets first, then the quotes of a Windows program."""
    assert cmd_words(text).words == words


def test_cmd_says_what_it_leaves_out() -> None:
    """Another command, and variables."""
    found = cmd_words("curl https://a/%ID% -k & dir")
    assert found.words == ("curl", "https://a/%ID%", "-k")
    assert "from the first unquoted &" in found.remarks[0]
    assert "%ID% stands in the text" in found.remarks[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curl.exe 'https://a/x' `\n  -H 'a: it''s'", ("curl.exe", "https://a/x", "-H", "a: it's")),
        ('curl.exe -d "a`"b`n`$c" x', ("curl.exe", "-d", 'a"b\n$c', "x")),
        ('curl.exe -d "say ""hi"""', ("curl.exe", "-d", 'say "hi"')),
        ("curl.exe -d '{\\\"a\\\": 1}'", ("curl.exe", "-d", '{"a": 1}')),
        ("curl.exe -d '' x # note", ("curl.exe", "-d", "", "x")),
    ],
)
def test_powershell(text: str, words: tuple[str, ...]) -> None:
    """Backticks, doubled quotes, and \\" as Windows PowerShell hands it on."""
    assert powershell_words(text).words == words


def test_powershell_says_what_it_leaves_out() -> None:
    """Variables and another command."""
    found = powershell_words('curl.exe "$base/x" | ConvertFrom-Json')
    assert found.words == ("curl.exe", "$base/x")
    assert "from the first unquoted |" in found.remarks[0]
    assert "$base stands" in found.remarks[1]


@pytest.mark.parametrize("read", [cmd_words, powershell_words])
def test_an_open_quote_is_refused_on_windows_too(read: object) -> None:
    """The same words."""
    assert callable(read)
    with pytest.raises(CurlError, match="never closed"):
        read('curl "a')


@settings(max_examples=100)
@given(st.lists(st.text('ab \\"', max_size=8), max_size=4))
def test_windows_words_round_trip(words: list[str]) -> None:
    """Quoted by the written rule of Windows programs, read back."""
    quoted_words = []
    for word in words:
        out, slashes = "", 0
        for letter in word:
            if letter == "\\":
                slashes += 1
                continue
            out += "\\" * (slashes * 2 + 1 if letter == '"' else slashes) + letter
            slashes = 0
        quoted_words.append('"' + out + "\\" * (slashes * 2) + '"')
    assert argv(" ".join(quoted_words)) == tuple(words)
