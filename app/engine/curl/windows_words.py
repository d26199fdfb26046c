"""Windows: cmd's carets, PowerShell's backticks, and how a Windows program splits its command line into words."""

from __future__ import annotations

import re

from app.engine.curl.words import CurlError, Words, Writing, unexpanded

_CMD_VARIABLE = re.compile(r"%[A-Za-z_][A-Za-z0-9_()]*%")
POWER_VARIABLE = re.compile(r"\$(?:\{[^}]*\}|[A-Za-z_][\w:]*|\()")
POWER_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_LEFT_OUT = "What comes after the first command (from the first unquoted {}) is another command and was left out."
_UNCLOSED = "A quote ({}) is opened and never closed. Copy the command line whole."


def cmd_words(text: str) -> Words:
    """The words of the first command, written for cmd; carets are undone first, then the quotes, as Windows does."""
    line, remarks, variables = _carets(text.replace("\r\n", "\n").strip())
    return Words(words=argv(line), remarks=(*remarks, *unexpanded(variables)))


def _carets(text: str) -> tuple[str, list[str], list[str]]:
    """The command line that cmd hands on: `^x` is x outside quotes, `^` at the end of a line joins the lines."""
    found, is_quoted, at = "", False, 0
    plain = ""
    """As `found`, with escaped letters left out: where %NAME% can stand."""
    while at < len(text):
        letter = text[at]
        if letter == "^" and not is_quoted:
            at += 2 if text[at + 1 : at + 2] == "\n" else 1
            found += text[at : at + 1]
            plain += "\0"
        elif letter in "\n&|<>" and not is_quoted:
            rest = text[at:].strip(" \n&|<>")
            name = "line break" if letter == "\n" else letter
            return found, [_LEFT_OUT.format(name)] if rest else [], _CMD_VARIABLE.findall(plain)
        else:
            is_quoted ^= letter == '"'
            found += letter
            plain += letter
        at += 1
    return found, [], _CMD_VARIABLE.findall(plain)


def argv(line: str) -> tuple[str, ...]:
    r"""Split a command line as Windows programs do: `\"` is a quote, `""` inside quotes too, other backslashes stay."""
    writing = Writing()
    is_quoted, at = False, 0
    while at < len(line):
        letter = line[at]
        if letter == "\\":
            at = _backslashes(line, at, writing)
            continue
        if letter == '"' and is_quoted and line[at + 1 : at + 2] == '"':
            writing.add('"')
            at += 1
        elif letter == '"':
            writing.add("")
            is_quoted = not is_quoted
        elif letter in " \t\n" and not is_quoted:
            writing.finish()
        else:
            writing.add(letter)
        at += 1
    if is_quoted:
        raise CurlError(_UNCLOSED.format('"'))
    writing.finish()
    return tuple(writing.words)


def _backslashes(line: str, at: int, writing: Writing) -> int:
    """Backslashes before a quote stand for half as many, and an odd one makes the quote a letter."""
    end = at
    while line[end : end + 1] == "\\":
        end += 1
    count = end - at
    if line[end : end + 1] != '"':
        writing.add("\\" * count)
        return end
    writing.add("\\" * (count // 2) + '"' * (count % 2))
    return end + count % 2


def powershell_words(text: str) -> Words:
    """The words of the first command, written for PowerShell."""
    return _PowerReader(text.replace("\r\n", "\n").strip()).read()


class _PowerReader:
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
        return Words(words=self._handed_on(), remarks=(*self._remarks, *unexpanded(self._variables)))

    def _step(self) -> bool:
        letter = self._text[self._at]
        if letter in " \t":
            self._writing.finish()
            self._at += 1
        elif letter == "#" and self._writing.is_between:
            self._at = (self._text + "\n").find("\n", self._at)
        elif letter in "\n;|&>":
            self._writing.finish()
            if self._text[self._at :].strip(" \n;|&>"):
                self._remarks.append(_LEFT_OUT.format("line break" if letter == "\n" else letter))
            return True
        elif self._text.startswith("`\n", self._at):
            self._writing.finish()
            self._at += 2
        elif letter == "'":
            self._quoted("'", is_literal=True)
        elif letter == '"':
            self._quoted('"', is_literal=False)
        else:
            self._writing.add(self._piece())
        return False

    def _piece(self) -> str:
        """One letter outside single quotes: a backtick escapes, a variable stays as written."""
        letter, following = self._text[self._at], self._text[self._at + 1 : self._at + 2]
        if letter == "`":
            self._at += 2
            return POWER_ESCAPES.get(following, following)
        found = POWER_VARIABLE.match(self._text, self._at)
        if found:
            self._variables.append(found[0] if found[0] != "$(" else "$(…)")
        self._at += len(found[0]) if found else 1
        return found[0] if found else letter

    def _quoted(self, quote: str, *, is_literal: bool) -> None:
        self._writing.add("")
        self._at += 1
        while True:
            letter = self._text[self._at : self._at + 1]
            if not letter:
                raise CurlError(_UNCLOSED.format(quote))
            if letter == quote and self._text[self._at + 1 : self._at + 2] != quote:
                self._at += 1
                return
            if letter == quote:
                self._writing.add(quote)
                self._at += 2
            elif is_literal:
                self._writing.add(letter)
                self._at += 1
            else:
                self._writing.add(self._piece())

    def _handed_on(self) -> tuple[str, ...]:
        r"""Windows PowerShell hands `\"` on as it is, and the program reads it as a quote; so people write it."""
        if not any('\\"' in word for word in self._writing.words):
            return tuple(self._writing.words)
        self._remarks.append(
            'Quotes written as \\" were read as ", as with Windows PowerShell; PowerShell 7.3 would keep the \\.'
        )
        return tuple(word.replace('\\"', '"') for word in self._writing.words)
