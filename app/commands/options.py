"""How requests travel: the options of one action, and the limits and proxy of the whole workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.actions import commit_action
from app.commands.context import Context, selected_action
from app.commands.lookup import find_action, refuse
from app.commands.registry import Disabled, Result, arg, command
from app.commands.tabular import fields
from app.domain.changes import SETTINGS, Change, Changes
from app.domain.sending import (
    DIRECT,
    INSECURE_WORDS,
    SendOptions,
    check_body_limit,
    check_deadline,
    check_options,
    check_proxy,
    option_lines,
)
from app.domain.settings import SETTINGS_NUMBER, Settings
from app.errors import InvalidInput
from app.workbench import Workbench

_PROXY_FORM = "direct, environment, or http://host:port"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    redirects: str | None = arg("Stop at a redirect, or follow up to five.", default=None, choices="stop|follow")
    insecure: str | None = arg("Do NOT check the server's certificate.", default=None, choices="no|yes")
    http: str | None = arg("The newest HTTP version to offer.", default=None, choices="1.1|2")
    proxy: str | None = arg(f'{_PROXY_FORM.capitalize()}; "" as the workspace says.', default=None)
    ca_file: str | None = arg("PEM file of further authorities to trust.", default=None)
    client_cert: str | None = arg("PEM file of the certificate to show.", default=None)
    client_key: str | None = arg("PEM file of its key, if apart.", default=None)
    deadline: str | None = arg('Seconds a request may take in all; "" as the workspace says.', default=None)
    body_limit: str | None = arg('Bytes of a response at most; "" as the workspace says.', default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    deadline: str | None = arg("Seconds a request may take in all.", default=None)
    body_limit: str | None = arg("Bytes of a response, decoded, that are read at most.", default=None)
    proxy: str | None = arg(f"{_PROXY_FORM.capitalize()}.", default=None)


def _options_now(context: Context) -> Mapping[str, object] | Disabled:
    chosen = selected_action(context)
    action = context.workspace.action_named(context.action)
    if isinstance(chosen, Disabled) or action is None:
        return chosen
    now = action.sending
    return {
        **chosen,
        "redirects": "follow" if now.follows_redirects else "stop",
        "insecure": "yes" if now.is_insecure else "no",
        "http": "2" if now.is_http2 else "1.1",
        "proxy": now.proxy,
        "ca_file": now.ca_file,
        "client_cert": now.client_cert,
        "client_key": now.client_key,
        "deadline": "" if now.deadline_s is None else f"{now.deadline_s:g}",
        "body_limit": "" if now.body_limit is None else str(now.body_limit),
    }


@command("action.options", Options, title="Sending options", keys="o", panes="request", gather=_options_now, asks=True)
async def set_options(workbench: Workbench, args: Options) -> Result:
    """Set how an action's requests travel: redirects, certificates, proxy, HTTP version, limits."""
    action = find_action(workbench.workspace, args.action)
    after = _changed(action.sending, args)
    refuse(check_options(after))
    await commit_action(workbench, f"Sending options of {action.name}", action, replace(action, sending=after))
    warning = f" {INSECURE_WORDS}." if after.is_insecure else ""
    lines = fields(option_lines(after)) or ("everything as the workspace says",)
    return Result(message=f"Set the sending options of {action.name}.{warning}", data=after, lines=lines)


def _changed(before: SendOptions, args: Options) -> SendOptions:
    """The options with every given part in place; None keeps the part that is there."""
    return SendOptions(
        follows_redirects=_switch(args.redirects, "follow", before.follows_redirects),
        is_insecure=_switch(args.insecure, "yes", before.is_insecure),
        is_http2=_switch(args.http, "2", before.is_http2),
        proxy=before.proxy if args.proxy is None else args.proxy.strip(),
        ca_file=before.ca_file if args.ca_file is None else args.ca_file.strip(),
        client_cert=before.client_cert if args.client_cert is None else args.client_cert.strip(),
        client_key=before.client_key if args.client_key is None else args.client_key.strip(),
        deadline_s=before.deadline_s if args.deadline is None else _seconds(args.deadline),
        body_limit=before.body_limit if args.body_limit is None else _bytes(args.body_limit),
    )


def _switch(given: str | None, on: str, before: bool) -> bool:
    return before if given is None else given == on


def _seconds(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise InvalidInput(f'The deadline is a number of seconds, not "{text}".') from None


def _bytes(text: str) -> int | None:
    plain = text.strip().replace(",", "").replace("_", "")
    if not plain:
        return None
    if not plain.isascii() or not plain.isdigit():
        raise InvalidInput(f'The body limit is a number of bytes, not "{text}".')
    return int(plain)


def _defaults_now(context: Context) -> Mapping[str, object]:
    settings = context.workspace.settings
    return {
        "deadline": f"{settings.deadline_s:g}",
        "body_limit": str(settings.body_limit),
        "proxy": settings.proxy,
    }


@command("vault.sending", Defaults, title="Sending defaults", gather=_defaults_now, asks=True)
async def set_defaults(workbench: Workbench, args: Defaults) -> Result:
    """Set the deadline, the limit for bodies and the proxy of all actions that have none of their own."""
    before = workbench.workspace.settings
    usual = Settings()
    deadline = before.deadline_s if args.deadline is None else _seconds(args.deadline)
    limit = before.body_limit if args.body_limit is None else _bytes(args.body_limit)
    after = replace(
        before,
        deadline_s=usual.deadline_s if deadline is None else deadline,
        body_limit=usual.body_limit if limit is None else limit,
        proxy=before.proxy if args.proxy is None else args.proxy.strip() or DIRECT,
    )
    refuse((*check_deadline(after.deadline_s), *check_body_limit(after.body_limit), *check_proxy(after.proxy)))
    await workbench.commit(Changes.of("Sending defaults", [Change(SETTINGS, SETTINGS_NUMBER, before, after)]))
    data = {"deadline_s": after.deadline_s, "body_limit": after.body_limit, "proxy": after.proxy}
    words = f"{after.deadline_s:g} s, {after.body_limit:,} bytes, proxy: {after.proxy}"
    return Result(message=f"Requests now have these limits, unless an action has its own: {words}.", data=data)
