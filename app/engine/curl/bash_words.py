"""Bash: quoting undone exactly as bash does it, with nothing expanded and nothing run.

What bash would expand (`$NAME`, `$(…)`, backticks) stays in the text as written and is remarked upon. The first
command counts; what comes after it (`| jq .`) is remarked upon too.
"""

from __future__ import annotations

import re

from app.engine.curl.words import CurlError, Words, Writing, bytes_of, text_of, unexpanded

_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!-]|\{[^{}]*\})")
_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<short>[0-9A-Fa-f]{1,4})"
    r"|U(?P<long>[0-9A-Fa-f]{1,8})|c(?P<control>[\s\S])|(?P<letter>[\s\S]))"
)
_LETTERS = {"a": 7, "b": 8, "e": 27, "E": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_SPACED_BREAK = re.compile(r"\\[ \t]+\n(?=\s*-)")
_ENDS = "|;&<>()\n"


def bash_words(text: str) -> Words:
    """The words of the first command in `text`; CurlError for a quote that is never closed."""
    return _Reader(text.replace("\r\n", "\n")).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._writing = Writing()
        self._variables: list[str] = []
        self._remarks: list[str] = []

    def read(self) -> Words:
        while self._at < len(self._text) and not self._step():
            continue
        self._writing.finish()
        return Words(words=tuple(self._writing.words), remarks=(*self._remarks, *unexpanded(self._variables)))

    def _step(self) -> bool:
        """Read one piece; whether the command ends here."""
        letter = self._text[self._at]
        if letter in " \t":
            self._writing.finish()
            self._at += 1
        elif letter == "#" and self._writing.is_between:
            self._at = self._find("\n", self._at)
        elif letter == "\n" and not self._writing.words and self._writing.is_between:
            self._at += 1
        elif letter in _ENDS:
            return self._end(letter)
        elif letter == "\\":
            self._backslash()
        elif letter == "'":
            self._single()
        elif letter == '"':
            self._double()
        elif letter == "$" and self._text[self._at + 1 : self._at + 2] in ("'", '"'):
            self._dollar_quote()
        elif letter in "$`":
            self._writing.add(self._expansion())
        else:
            self._writing.add(letter)
            self._at += 1
        return False

    def _find(self, sign: str, start: int) -> int:
        found = self._text.find(sign, start)
        return len(self._text) if found < 0 else found

    def _end(self, letter: str) -> bool:
        """Stop at an operator. A redirection alone ends no command, but what it does is not carried over."""
        if letter in "<>" and self._writing.word in ("0", "1", "2"):
            self._writing.drop()  # the number of what is redirected
        self._writing.finish()
        rest = self._text[self._at :].strip()
        if letter in "<>":
            return self._redirection()
        if rest.startswith("&") and not rest.startswith("&&") and re.match(r"&\s*[^\s&=]+=", rest):
            self._remarks.append(
                "The text after & belongs to another command for bash, so it was left out; "
                "if it is part of the URL, put the URL in quotes."
            )
        elif _comments_off(rest).strip(" \t\n;&"):
            self._remarks.append(
                "What comes after the first command (from the first unquoted "
                f"{'line break' if letter == chr(10) else letter}) is another command and was left out."
            )
        return True

    def _redirection(self) -> bool:
        sign = re.compile(r"[<>]+&?\|?[ \t]*").match(self._text, self._at)
        assert sign is not None
        self._at = sign.end()
        before = len(self._writing.words)
        while self._at < len(self._text) and self._text[self._at] not in f" \t{_ENDS}":
            self._step()
        self._writing.finish()
        del self._writing.words[before:]
        what = "reads its input from" if "<" in sign[0] else "writes to"
        self._remarks.append(f"The shell {what} a file there ({sign[0].strip()}); this was left out.")
        return False

    def _backslash(self) -> None:
        spaced = _SPACED_BREAK.match(self._text, self._at)
        if spaced and self._writing.is_between:
            self._at = spaced.end()
            self._remarks.append("A \\ with blanks behind it at the end of a line was read as if they were not there.")
            return
        following = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        if following != "\n":
            self._writing.add(following or "\\")

    def _single(self) -> None:
        end = self._close("'", self._at + 1)
        self._writing.add(self._text[self._at + 1 : end])
        self._at = end + 1

    def _double(self) -> None:
        self._at += 1
        self._writing.add("")
        while (letter := self._text[self._at : self._at + 1]) != '"':
            if not letter:
                raise _unclosed('"')
            if letter == "\\":
                self._backslash_in_double()
            elif letter in "$`":
                self._writing.add(self._expansion())
            else:
                self._writing.add(letter)
                self._at += 1
        self._at += 1

    def _backslash_in_double(self) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        if following != "\n":
            self._writing.add(following if following in tuple('$`"\\') else "\\" + following)

    def _dollar_quote(self) -> None:
        """`$'…'` with its escapes; `$"…"` is a double quote that may be translated."""
        self._at += 1
        if self._text[self._at] == '"':
            self._double()
            return
        start = self._at + 1
        end = start
        while self._text[end : end + 1] != "'":
            if end >= len(self._text):
                raise _unclosed("$'")
            end += 2 if self._text[end] == "\\" else 1
        self._writing.add(ansi_c(self._text[start:end]))
        self._at = end + 1

    def _expansion(self) -> str:
        """What bash would replace, as written."""
        text, start = self._text, self._at
        if text[start] == "`" or text.startswith("$(", start):
            end = self._find("`", start + 1) + 1 if text[start] == "`" else _closing_paren(text, start + 1)
            self._at = min(end, len(text))
            self._remarks.append("A command substitution ($(…) or `…`) was not run; it stands in the text as written.")
            return text[start : self._at]
        found = _VARIABLE.match(text, start)
        self._at = found.end() if found else start + 1
        if found:
            # Of ${NAME:-text} the name alone: the text may be a secret.
            self._variables.append(re.sub(r"(\$\{\W?\w+)[^}]*", r"\1", found[0]))
        return text[start : self._at]

    def _close(self, quote: str, start: int) -> int:
        end = self._text.find(quote, start)
        if end < 0:
            raise _unclosed(quote)
        return end


def _unclosed(quote: str) -> CurlError:
    return CurlError(f"A quote ({quote}) is opened and never closed. Copy the command line whole.")


def _closing_paren(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if not depth:
            return at + 1
    return len(text)


def _comments_off(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))


def ansi_c(text: str) -> str:
    r"""The inside of `$'…'` with its escapes undone; `\0` ends it, as in bash."""
    raw, position = bytearray(), 0
    for found in _ESCAPE.finditer(text):
        raw += bytes_of(text[position : found.start()])
        position = found.end()
        piece = _escaped(found)
        if piece == b"\0":
            return text_of(bytes(raw))
        raw += piece
    return text_of(bytes(raw + bytes_of(text[position:])))


def _escaped(found: re.Match[str]) -> bytes:
    if found["octal"]:
        return bytes([int(found["octal"], 8) & 0xFF])
    if found["hex"]:
        return bytes([int(found["hex"], 16)])
    if found["short"] or found["long"]:
        code = int(found["short"] or found["long"], 16)
        return chr(code).encode("utf-8", "surrogatepass") if code < 0x110000 else bytes_of(found[0])
    if found["control"]:
        return bytes([ord(found["control"].upper()) & 0x1F]) if found["control"].isascii() else bytes_of(found[0])
    letter = found["letter"]
    if letter in _LETTERS:
        return bytes([_LETTERS[letter]])
    return bytes_of(letter) if letter in ("\\", "'", '"', "?") else bytes_of(found[0])
