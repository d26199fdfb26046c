"""What is said about options that an action cannot carry: every option given is either in the request or named here."""

from __future__ import annotations

from app.engine.curl.options import CommandLine, Option
from app.engine.curl.options_table import FILES, ONLY_OUTPUT
from app.engine.curl.words import listed

CARRIED = frozenset(
    """request header data data-ascii data-binary data-raw data-urlencode json get form form-string url url-query user
    user-agent referer cookie oauth2-bearer basic compressed globoff range upload-file head form-escape""".split()
)
"""Options that are in the request, or that get a remark of their own where they are read."""

_TLS = "Certificates are always verified: {} was left out. Trust the server's certificate on this machine instead."
_REDIRECTS = "Redirects are not followed: {} was left out, and a redirect is shown as the answer that it is."
_PROXY = "No proxy is used: {} was left out."
_VERSION = "The HTTP version is not chosen by the action: {} was left out."
_TIME = "The time limit is a setting of the workspace, for all actions: {} was left out."
_RETRY = "A request is sent once, never again by itself: {} was left out."
_SIGNING = "Requests cannot be signed or negotiated: {} was left out, so the server may refuse the request."
_ROUTE = "The connection goes where the URL says: {} was left out."
_SENTENCES = {
    **dict.fromkeys(("insecure", "proxy-insecure", "doh-insecure"), _TLS),
    **dict.fromkeys(
        ("location", "location-trusted", "max-redirs", "post301", "post302", "post303", "follow", "proto-redir"),
        _REDIRECTS,
    ),
    **dict.fromkeys(
        ("proxy", "preproxy", "proxy-user", "proxy-header", "proxytunnel", "noproxy", "socks4", "socks4a", "socks5")
        + ("socks5-hostname", "proxy1.0", "proxy-anyauth", "proxy-basic", "proxy-digest", "proxy-ntlm"),
        _PROXY,
    ),
    **dict.fromkeys(
        ("http0.9", "http1.0", "http1.1", "http2", "http2-prior-knowledge", "http3", "http3-only"), _VERSION
    ),
    **dict.fromkeys(("max-time", "connect-timeout", "speed-limit", "speed-time", "expect100-timeout"), _TIME),
    **dict.fromkeys(("retry", "retry-delay", "retry-max-time", "retry-all-errors", "retry-connrefused"), _RETRY),
    **dict.fromkeys(("aws-sigv4", "digest", "ntlm", "ntlm-wb", "negotiate", "anyauth", "krb"), _SIGNING),
    **dict.fromkeys(
        ("resolve", "connect-to", "unix-socket", "abstract-unix-socket", "interface", "local-port", "dns-servers"),
        _ROUTE,
    ),
    **dict.fromkeys(("netrc", "netrc-optional"), "The file .netrc is never used: {} was left out."),
    "path-as-is": "Dots in the URL's path (/../) are resolved before sending: {} was left out.",
    "request-target": "The request goes to the URL's own path: {} was left out.",
    "cookie-jar": "Cookies are not kept: {} was left out.",
    "pass": "A client certificate cannot be sent: {} was left out, and with it its passphrase.",
}


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
    if option.name in FILES:
        return "The file was not read and has no place in an action: {} was left out."
    return _SENTENCES.get(option.name, "An action has no such setting: {} was left out.")
