"""How a cURL command line wants its request to travel, as far as an action may want the same."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from app.domain.sending import SendOptions, check_deadline
from app.engine.curl.options import CommandLine


def send_options(line: CommandLine, remarks: list[str]) -> SendOptions:
    """Redirects, protocol and time limit. What would weaken a request (-k) or names a file is never taken over."""
    options = SendOptions()
    for option in line.options:
        if option.name in ("location", "location-trusted"):
            options = replace(options, follows_redirects=option.is_on)
        elif option.name in ("http2", "http1.1"):
            options = replace(options, is_http2=option.name == "http2")
        elif option.name == "max-time":
            options = replace(options, deadline_s=_deadline(option.value, remarks))
    if any(option.name == "location-trusted" for option in line.options):
        remarks.append("Redirects are followed, but no credential goes along to another host: --location-trusted.")
    return options


def _deadline(text: str, remarks: list[str]) -> float | None:
    with suppress(ValueError):
        seconds = float(text)
        if not list(check_deadline(seconds)):
            return seconds
    remarks.append("The time limit of -m (--max-time) is none that an action can have, and was left out.")
    return None
