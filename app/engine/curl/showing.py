"""What an import would make, in lines for a person, no secret in them; and what stops it from being sent as it is."""

from __future__ import annotations

from app.domain.sending import option_lines
from app.domain.token import Token
from app.engine.curl.drafting import Draft
from app.engine.masking import mask
from app.engine.rendering import render
from app.engine.request import Request
from app.engine.secret_names import without_secrets

_BODY_LINES = 12


def draft_lines(draft: Draft) -> tuple[str, ...]:
    """Request, inputs, tokens, body, then every remark."""
    action = draft.action
    secrets = [secret for token in draft.tokens for secret in (token.value, token.header_value)]
    lines = [f"action   {action.name}", f"request  {action.method} {action.url}"]
    lines += [f"header   {header.name}: {header.value}" for header in action.headers]
    lines += [f"token    {_token(token)}  ({token.name})" for token in draft.tokens]
    lines += [f"input    {item.name}{' (required)' if item.is_required else ''}" for item in action.inputs]
    lines += [f"option   {label}: {words}" for label, words in option_lines(action.sending)]
    lines += _body(without_secrets(action.body))
    remarks = [*draft.remarks, *(f"Before it can be sent: {problem}" for problem in unready(draft))]
    lines += ["", "Changed or not carried over:", *(f"• {remark}" for remark in remarks)] if remarks else []
    return tuple(mask(line, secrets) for line in lines)


def _token(token: Token) -> str:
    return f"{token.header}: {token.shown}{f' of the user {token.user}' if token.user else ''}"


def _body(text: str) -> list[str]:
    if not text:
        return []
    lines = text.replace("\r\n", "\n").split("\n")
    more = len(lines) - _BODY_LINES
    shown = [f"{'body     ' if not at else '         '}{line}" for at, line in enumerate(lines[:_BODY_LINES])]
    return [*shown, *([f"         … {more} more lines"] if more > 0 else [])]


def unready(draft: Draft) -> tuple[str, ...]:
    """Why the action cannot be sent yet, leaving aside inputs without a value."""
    action = draft.action
    values = {item.name: "1" for item in action.inputs if item.is_required}
    token = next((token for token in draft.tokens if token.id == action.token_id), None)
    found = render(action, values, token=token, known_names=[item.name for item in action.inputs])
    return () if isinstance(found, Request) else tuple(str(problem) for problem in found)
