"""Which shell a pasted text was written for, what stands before the word curl, and what is no curl at all."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.engine.curl.bash_words import bash_words
from app.engine.curl.powershell import request_words
from app.engine.curl.windows_words import cmd_words, powershell_words
from app.engine.curl.words import CurlError, Words

_PROMPT = re.compile(
    r"(?:PS(?: [^\n>]*)?>|[A-Za-z]:\\[^\n>]*>|[^\s'\"=]*[$%#>❯➜]|\[[^\]\n]*\][$#%])[ \t]*(?=curl(?:\.exe)?\s)"
)
MOST_LETTERS = 1_000_000
_QUOTED = re.compile(r"""'[^']*'|"(?:[^"\\`]|[\\`].)*\"""", re.DOTALL)
_LATER_LINE = re.compile(r"(?m)^curl\s")
_CONTINUED = re.compile(r"(?m)^> ?(?=\s|-)")
_BEFORE = {"sudo", "time", "command", "exec", "nohup", "env", "noglob", "then", "do", "!"}
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_INSTEAD = 'Copy it as "cURL (bash)" and paste that.'
_POWERSHELL = (
    r"(?i)^(?!\s*curl\b)[^|]*?(?:^|[\s;(=])(?:invoke-webrequest|invoke-restmethod|iwr|irm)\s|^\s*\$session\s*="
)
_ALIAS = r"(?s)^\s*curl\s(?:.*\s)?-(?:Uri|Headers|Method|UseBasicParsing)\s"
_WITH_CURL = "Write the same request with curl and paste that."
_OTHERS = {
    re.compile(r"^\s*(?:await\s+)?fetch\("): f"This is JavaScript's fetch, not cURL. {_INSTEAD}",
    re.compile(r"^\s*wget\s"): f"This is wget, not cURL. {_WITH_CURL}",
    re.compile(r"^\s*(?:http|https|xh|xhs)\s"): f"This is HTTPie, not cURL. {_WITH_CURL}",
    re.compile(r"^\s*[A-Z]+ \S+ HTTP/\d"): f"This is a raw HTTP request, not a cURL command line. {_WITH_CURL}",
}


def read_words(text: str) -> Words:
    """The words behind `curl`; CurlError when there is no cURL command line in the text."""
    if "\0" in text:
        raise CurlError("The text holds NUL, which no command line can. Paste it again.")
    text = _without_prompts(text)
    if not text.strip():
        raise CurlError("There is nothing to import. Paste a cURL command line.")
    if len(text) > MOST_LETTERS:
        raise CurlError(f"The text is longer than {MOST_LETTERS:,} characters, too much for an action.")
    bare = _QUOTED.sub("''", text)
    if re.search(_POWERSHELL, bare) or re.search(_ALIAS, bare):
        return request_words(text)
    for pattern, message in _OTHERS.items():
        if pattern.search(bare):
            raise CurlError(message)
    found = _reader(text)(text)
    at, remarks = _skip(found.words)
    return Words(words=found.words[at + 1 :], remarks=(*remarks, *found.remarks))


def _without_prompts(text: str) -> str:
    """The text from its first prompt on, without the signs that shells print."""
    text = text.replace("\ufeff", "").replace("\u00a0", " ").strip()
    shown = _PROMPT.match(text)
    if not shown or (text[0] == "#" and _LATER_LINE.search(text)):
        return text
    return _CONTINUED.sub("", text[shown.end() :])


def _reader(text: str) -> Callable[[str], Words]:
    """By what only one shell has: a caret or a backtick at the end of a line, a caret before a quote, curl.exe."""
    if re.search(r"\^[ \t]*\r?\n", text) or re.match(r'\s*\S*curl\S*\s(?:[^\n"\']*\s)?\^"', text):
        return cmd_words
    if re.search(r"`[ \t]*\r?\n", text) or (re.match(r"\s*curl\.exe\s", text) and "\\\n" not in text):
        return powershell_words
    return bash_words


def _skip(words: tuple[str, ...]) -> tuple[int, list[str]]:
    """Where `curl` stands, and a remark about what was before it; never its text, which may hold a secret."""
    for at, word in enumerate(words):
        if re.split(r"[/\\]", word)[-1].lower() in ("curl", "curl.exe"):
            return at, ["What stands before the word curl was left out."] if at else []
        if word not in _BEFORE and not _ASSIGNMENT.match(word):
            break
    raise CurlError("This is not a cURL command line: it does not begin with curl. Paste it whole.")
