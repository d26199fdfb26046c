"""Which proxy stands before a URL: the action's, the workspace's, or the environment's where somebody said so."""

from __future__ import annotations

import os
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from app.domain.action_rules import is_loopback
from app.domain.sending import DIRECT, ENVIRONMENT, SendOptions


def proxy_for(url: str, options: SendOptions, default: str) -> str:
    """The proxy of a request, "" for none. The workspace's and the environment's never stand before this machine."""
    chosen = options.proxy or default
    parts = urlsplit(url)
    host = parts.hostname or ""
    if chosen in ("", DIRECT) or (is_loopback(host) and options.proxy in ("", ENVIRONMENT)):
        return ""
    if chosen != ENVIRONMENT:
        return chosen
    if proxy_bypass(host):
        return ""
    named = getproxies_environment()
    found = named.get(parts.scheme.lower()) or named.get("all", "")
    return found if not found or "://" in found else f"http://{found}"


def unused_proxy(url: str) -> str:
    """The variable that names a proxy for a URL, for saying that it was not obeyed; "" when there is none."""
    scheme = urlsplit(url).scheme.lower()
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    return next((name for name in names if os.environ.get(name)), "")
