"""What is said about options that an action cannot carry: every option given is either in the request or named here."""

from __future__ import annotations

import re

from app.engine.curl.options import CommandLine, Option
from app.engine.curl.options_table import FILES, ONLY_OUTPUT
from app.engine.curl.words import listed

_CARRIED = """
request header data data-ascii data-binary data-raw data-urlencode json get form form-string url url-query user
user-agent referer cookie oauth2-bearer basic compressed globoff range upload-file head form-escape
location location-trusted http1.1 http2 max-time
"""
CARRIED = frozenset(re.findall(r"\S+", _CARRIED))
"""Options that are in the request, or that get a remark of their own where they are read."""

_BY_SENTENCE = {
    "Certificates are verified: {} was left out. The action's options can name the server's own authority.": """
insecure proxy-insecure doh-insecure""",
    "Redirects are followed at most five times, and never with a body to another host: {} was left out.": """
max-redirs post301 post302 post303 follow proto-redir""",
    "No proxy is used: {} was left out. The action's options can name one.": """
proxy preproxy proxy-user proxy-header proxytunnel noproxy socks4 socks4a socks5 socks5-hostname proxy1.0
proxy-anyauth proxy-basic proxy-digest proxy-ntlm proxy-negotiate""",
    "An action can ask for HTTP/1.1 or HTTP/2, nothing else: {} was left out.": """
http0.9 http1.0 http2-prior-knowledge http3 http3-only""",
    "One time limit holds for the whole answer: {} was left out.": """
connect-timeout speed-limit speed-time expect100-timeout""",
    "A request is sent once, never again by itself: {} was left out.": """
retry retry-delay retry-max-time retry-all-errors retry-connrefused""",
    "Requests cannot be signed or negotiated: {} was left out, so the server may refuse the request.": """
aws-sigv4 digest ntlm ntlm-wb negotiate anyauth krb""",
    "The connection goes where the URL says: {} was left out.": """
resolve connect-to unix-socket abstract-unix-socket interface local-port dns-servers""",
    "The file .netrc is never used: {} was left out.": "netrc netrc-optional netrc-file",
    "Dots in the URL's path (/../) are resolved before sending: {} was left out.": "path-as-is",
    "The request goes to the URL's own path: {} was left out.": "request-target",
    "Cookies are not kept: {} was left out.": "cookie-jar junk-session-cookies",
    "No client certificate is sent: {} was left out, and its file was not read. The action's options can name it.": """
cert key""",
    "A certificate's passphrase has no use without the certificate: {} was left out.": "pass proxy-pass",
    "A file of options was not read, and what it asks for is missing: {} was left out.": "config",
}
_SENTENCES = {name: sentence for sentence, names in _BY_SENTENCE.items() for name in names.split()}


_OTHER = "An action has no such setting: {} was left out."


def option_remarks(line: CommandLine) -> list[str]:
    """A sentence for each kind of option that is not in the request."""
    by_sentence: dict[str, list[str]] = {}
    for option in line.options:
        sentence = _sentence(option)
        if sentence:
            by_sentence.setdefault(sentence, []).append(option.shown)
    return [_number(sentence.format(listed(shown)), shown) for sentence, shown in by_sentence.items()]


def _number(sentence: str, shown: list[str]) -> str:
    return sentence.replace(" was left out", " were left out") if len(set(shown)) > 1 else sentence


def _sentence(option: Option) -> str:
    if option.name in CARRIED:
        return ""
    if option.name in ONLY_OUTPUT:
        return "About curl's own output alone, and without meaning here: {}."
    other = "The file was not read and has no place in an action: {} was left out."
    return _SENTENCES.get(option.name, other if option.name in FILES else _OTHER)
