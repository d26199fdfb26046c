"""PowerShell's own request commands, as browsers copy them, read as the curl words of the same request.

`Invoke-WebRequest` and `Invoke-RestMethod` with the session that a browser writes before them: its user agent and its
cookies. Nothing is expanded or carried out; a parameter that curl has no word for is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.curl.windows_words import POWER_ESCAPES, POWER_VARIABLE
from app.engine.curl.words import CurlError, Words, listed, unexpanded

COMMANDS = ("invoke-webrequest", "invoke-restmethod", "iwr", "irm", "curl", "wget")
_PSEUDO = {"authority", "method", "path", "scheme"}
"""What a browser lists among the headers of HTTP/2, and no header is."""
_TOKEN = re.compile(
    r"(?P<space>(?:[ \t]|`\r?\n)+)|(?P<end>\r?\n|;)|(?P<sign>@\{|[{}()=,])|(?P<quote>[\"'])|(?P<word>.)"
)
_WORD = re.compile(r"[^\s;{}()=,\"'`|]+")
_SIMPLE = {"contenttype": "Content-Type", "useragent": "User-Agent"}
_SWITCHES = {
    "usebasicparsing": "",
    "skipcertificatecheck": "-k",
    "disablekeepalive": "",
    "allowunencryptedauthentication": "",
}
_OPTIONS = {"uri": "--url", "method": "-X", "custommethod": "-X", "timeoutsec": "-m", "proxy": "-x"}
_REDIRECTS = "PowerShell follows redirects by itself; the action does so when its sending options say so."


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """text (quoted), word, sign or end."""
    text: str


def request_words(text: str) -> Words:
    """The curl words of the first request in a PowerShell script; CurlError when there is none that can be read."""
    reader = _Reader(text)
    return Words(words=tuple(reader.words()), remarks=(*reader.remarks, *unexpanded(reader.variables)))


class _Reader:
    def __init__(self, text: str) -> None:
        self.remarks: list[str] = []
        self.variables: list[str] = []
        self._tokens = list(self._tokenized(text))
        self._at = 0
        self._others: list[str] = []

    def words(self) -> Iterator[str]:
        """The session's part, then what the parameters say."""
        cookies, agent = self._session()
        yield from ("-A", agent) if agent else ()
        yield from ("-b", "; ".join(cookies)) if cookies else ()
        if not self._seek_command():
            raise CurlError("PowerShell's request command is not whole here. Copy it again, with all of its lines.")
        while (token := self._next()) is not None and token.kind != "end" and token.text != "|":
            yield from self._parameter(token)
        if self._others:
            verb = "has" if len(set(self._others)) == 1 else "have"
            self.remarks.append(f"PowerShell's {listed(self._others)} {verb} no place in an action.")
        if any(each.kind == "word" and each.text.lower() in COMMANDS for each in self._tokens[self._at :]):
            self.remarks.append("Another request follows and was left out; import it by itself.")
        self.remarks.append(_REDIRECTS)

    def _session(self) -> tuple[list[str], str]:
        """Cookies and user agent that the lines before the command set."""
        cookies, agent = [], ""
        texts = [each.text for each in self._tokens]
        for at, token in enumerate(self._tokens):
            name = token.text.lower() if token.kind == "word" else ""
            if name.endswith(".useragent") and texts[at + 1 : at + 2] == ["="]:
                agent = next(iter(texts[at + 2 : at + 3]), "")
            elif name == "system.net.cookie" and texts[at + 1 : at + 2] == ["("] and len(texts) > at + 4:
                cookies.append(f"{texts[at + 2]}={texts[at + 4]}")
        return cookies, agent

    def _seek_command(self) -> bool:
        for at, token in enumerate(self._tokens):
            if token.kind == "word" and token.text.lower() in COMMANDS:
                self._at = at + 1
                return True
        return False

    def _next(self) -> _Token | None:
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else None

    def _parameter(self, token: _Token) -> Iterator[str]:
        name = token.text[1:].lower() if token.kind == "word" and token.text.startswith("-") else ""
        if not name:
            yield from ("--url", token.text) if token.kind != "sign" else ()
        elif name in _SWITCHES:
            yield from (_SWITCHES[name],) if _SWITCHES[name] else ()
        elif name in _OPTIONS:
            yield from (_OPTIONS[name], self._value())
        elif name in _SIMPLE:
            yield from ("-H", f"{_SIMPLE[name]}: {self._value()}")
        elif name == "headers":
            for key, value in self._table():
                yield from ("-H", f"{key}: {value}" if value else f"{key};") if key.lower() not in _PSEUDO else ()
        elif name == "body":
            yield from self._body()
        else:
            self._other(token.text, is_told=name != "websession")

    def _other(self, name: str, *, is_told: bool) -> None:
        """A parameter that is left out, with its value if it has one."""
        self._others += [name] if is_told else []
        after = self._tokens[self._at] if self._at < len(self._tokens) else None
        if after and after.kind != "end" and not (after.kind == "word" and after.text.startswith("-")):
            self._value()

    def _value(self) -> str:
        """A text or a word; of an expression in brackets the text in it, such as what GetBytes is given."""
        token = self._next()
        if token is None or token.kind == "end":
            raise CurlError("A parameter of PowerShell's command has no value. Copy the command whole.")
        if token.text not in ("(", "@{") or token.kind != "sign":
            return token.text
        depth, found = 1, ""
        while depth:
            token = self._next()
            if token is None:
                raise CurlError("A bracket is opened and never closed. Copy the command whole.")
            depth += (token.kind == "sign") * ((token.text in ("(", "@{", "{")) - (token.text in (")", "}")))
            found = token.text if token.kind == "text" else found
        return found

    def _table(self) -> list[tuple[str, str]]:
        """The pairs of `@{ "name"="value" }`."""
        opening = self._next()
        if opening is None or opening.text != "@{":
            name = opening.text if opening else "-Headers"
            self._others.append(name)
            return []
        pairs = []
        while (token := self._next()) is not None and token.text != "}":
            if token.kind == "end":
                continue
            equals = self._next()
            if equals is None or equals.text != "=":
                break
            pairs.append((token.text, self._value()))
        else:
            if token is not None:
                return pairs
        raise CurlError("A table @{…} of PowerShell's command is not whole. Copy the command whole.")

    def _body(self) -> Iterator[str]:
        if self._at < len(self._tokens) and self._tokens[self._at].text == "@{":
            for name, value in self._table():
                yield from ("--data-urlencode", f"{name}={value}")
        else:
            yield from ("--data-raw", self._value())

    def _tokenized(self, text: str) -> Iterator[_Token]:
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            assert found is not None  # the last alternative is any letter, and line ends come before it
            at = found.end()
            kind = found.lastgroup or ""
            if kind == "quote":
                piece, at = self._quoted(text, at, found[0])
                yield _Token("text", piece)
            elif kind == "word":
                word = _WORD.match(text, found.start())
                at = word.end() if word else at
                yield _Token("word", word[0] if word else found[0])
            elif kind != "space":
                yield _Token(kind, found[0])

    def _quoted(self, text: str, at: int, quote: str) -> tuple[str, int]:
        """The text from behind an opening quote, and where it goes on behind the closing one."""
        pieces: list[str] = []
        while at < len(text):
            letter, following = text[at], text[at + 1 : at + 2]
            if letter == quote and following != quote:
                return "".join(pieces), at + 1
            variable = POWER_VARIABLE.match(text, at) if quote == '"' else None
            if letter == quote:
                pieces.append(quote)
                at += 2
            elif letter == "`" and quote == '"':
                pieces.append(POWER_ESCAPES.get(following, following))
                at += 2
            elif variable:
                self.variables.append(variable[0] if variable[0] != "$(" else "$(…)")
                pieces.append(variable[0])
                at = variable.end()
            else:
                pieces.append(letter)
                at += 1
        raise CurlError(f"A quote ({quote}) is opened and never closed. Copy the command line whole.")
