"""From an imported request to an action and its tokens: the one place that knows what an action can hold.

Text of the request never becomes a placeholder: `{{` in the URL is percent-encoded; in a header or the body it is
put in by an input whose default is `{{`, so that the same bytes are sent. A key in the query becomes an input without
a default, since a token is sent in a header only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.domain.action import Action, DataInput, Header, Method
from app.domain.identifiers import ActionId, TokenId
from app.domain.token import Token, host_of
from app.domain.workspace import Workspace
from app.engine.curl.credentials import token_of
from app.engine.curl.imported import Credential, ImportedRequest, Place
from app.engine.curl.words import CurlError, listed
from app.engine.secret_names import secret_names

BRACES = "open_braces"
_KEY = re.compile(r"[?&]([^=&#]+)=(?=[&#]|\Z)")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an import would make."""

    action: Action
    tokens: tuple[Token, ...]
    """The first is the one that the action sends, when it has one."""
    remarks: tuple[str, ...]


def draft(
    request: ImportedRequest,
    workspace: Workspace,
    *,
    name: str,
    action_id: ActionId,
    token_ids: Callable[[], TokenId],
) -> Draft:
    """The action and tokens for a request; CurlError for what no action can be. `name` may be empty."""
    _check(request)
    remarks = list(request.remarks)
    inputs: list[DataInput] = []
    name = name.strip() or _free_name(request, {action.name for action in workspace.actions.values()})
    keys = [each for each in request.credentials if each.place is Place.QUERY]
    url = _url(request.url, keys, inputs, remarks)
    headers = tuple(Header(name=key, value=_literal(value, inputs)) for key, value in request.headers)
    body = _literal(_text(request.body), inputs)
    remarks += _text_remarks(body, inputs)
    hosts = tuple(host for host in (host_of(request.url),) if host)
    tokens = _tokens(request.credentials, workspace, name, token_ids, remarks, hosts)
    sent = tokens[0] if tokens and request.credentials[0].place is Place.HEADER else None
    action = Action(
        id=action_id,
        name=name,
        method=Method(request.method),
        url=url,
        headers=headers,
        body=body,
        inputs=tuple(dict.fromkeys(inputs)),
        token_id=sent.id if sent else None,
        sending=request.sending,
    )
    return Draft(action=action, tokens=tokens, remarks=tuple(remarks))


def _check(request: ImportedRequest) -> None:
    """CurlError for what no action can be."""
    if request.method not in list(Method):
        raise CurlError(f"The method {request.method[:20]} is not one of {', '.join(Method)}; no action can send it.")
    if not _is_text(request.url, *(part for pair in request.headers for part in pair)):
        raise CurlError("The URL or a header holds bytes that are not UTF-8 text. Write them percent-encoded.")


def _text_remarks(body: str, inputs: list[DataInput]) -> Iterator[str]:
    """What is said about text that was kept: braces, and secrets in the body."""
    if any(item.name == BRACES for item in inputs):
        yield f'"{{{{" in the text was kept as text: the input {BRACES} puts it in, as its default.'
    names = secret_names(body)
    if names:
        yield (
            f"{listed(list(names))} in the body looks like a secret: it stays in the body's text, sealed with the "
            "vault but shown with the action. s on the action (in the shell: action seal) makes a token of it."
        )


def _is_text(*parts: str) -> bool:
    try:
        "".join(parts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise CurlError("The body is not UTF-8 text, and an action's body is text. It cannot be imported.") from None


def _literal(text: str, inputs: list[DataInput]) -> str:
    """A template that gives exactly this text."""
    if "{{" not in text:
        return text
    inputs.append(DataInput(name=BRACES, default="{{", description="Two opening braces, as they were pasted."))
    return text.replace("{{", "{{" + BRACES + "}}")


def _url(url: str, keys: list[Credential], inputs: list[DataInput], remarks: list[str]) -> str:
    if "{{" in url:
        remarks.append('"{{" in the URL was kept as text, written %7B%7B, which means the same.')
    url = url.replace("{{", "%7B%7B")
    names = [each.name for each in keys]

    def placed(found: re.Match[str]) -> str:
        if found[1] not in names:
            return found[0]
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", found[1])
        name = name if re.match("[A-Za-z_]", name) else f"_{name}"
        inputs.append(DataInput(name=name, is_required=True, description=f"The key {found[1]} of the query."))
        return f"{found[0]}{{{{{name}}}}}"

    return _KEY.sub(placed, url)


def _tokens(
    credentials: tuple[Credential, ...],
    workspace: Workspace,
    name: str,
    token_ids: Callable[[], TokenId],
    remarks: list[str],
    hosts: tuple[str, ...],
) -> tuple[Token, ...]:
    taken = {token.name for token in workspace.tokens.values()}
    tokens: list[Token] = []
    for each in credentials:
        token_name = _free(f"{name} {each.name}", taken)
        taken.add(token_name)
        tokens.append(token_of(each, token_ids(), token_name, hosts))
        if "{{" in each.value.reveal():
            remarks.append(f"The value of {each.name} is another tool's placeholder ({{{{…}}}}): give the real token.")
        remarks += _token_remarks(each, token_name, is_first=len(tokens) == 1)
    return tuple(tokens)


def _token_remarks(credential: Credential, name: str, *, is_first: bool) -> list[str]:
    if credential.place is Place.QUERY:
        return [
            f"{credential.name} in the query looks like a key: its value was sealed as the token {name}, and the "
            "action asks for it as an input, since a token is sent in a header."
        ]
    if is_first:
        return []
    return [
        f"An action sends one token: the value of {credential.name} was sealed as the token {name}, "
        "but this action does not send it."
    ]


def _free_name(request: ImportedRequest, taken: set[str]) -> str:
    """Method and place, as `POST api.example.com/orders`."""
    place = request.url.partition("://")[2].partition("?")[0].rstrip("/")
    shown = "".join(letter if letter.isprintable() else "?" for letter in place)
    return _free(f"{request.method} {shown}"[:_LONGEST_NAME], taken)


def _free(wanted: str, taken: set[str]) -> str:
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name
