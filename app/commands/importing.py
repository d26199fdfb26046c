"""Importing a cURL command line: an action, and sealed tokens for the credentials that stood in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.lookup import refuse
from app.commands.registry import Result, arg, command
from app.domain.action_rules import check_action
from app.domain.changes import ACTIONS, TOKENS, Change, Changes
from app.domain.identifiers import ActionId, TokenId, decode
from app.domain.secret import Secret
from app.domain.text import visible
from app.domain.token_rules import check_token
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench

if TYPE_CHECKING:
    # The reader of command lines is large; it is loaded when somebody pastes one.
    from app.engine.curl.drafting import Draft
    from app.engine.curl.imported import ImportedRequest

FILE_LIMIT = 1_000_000
"""Bytes of a file that may become part of an action's body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurlText:
    name: str = arg("The action's name; made of method and URL when left out.", default="")
    text: Secret = arg("The cURL command line, as copied; the shell reads it from standard input.", multiline=True)
    read_files: bool = arg("Read the files that it names, such as @body.json.", default=False)


async def _preview(workbench: Workbench, args: CurlText) -> tuple[str, ...]:
    """What would be made, while it is typed; or why nothing can be."""
    from app.engine.curl.showing import draft_lines

    if not args.text.reveal().strip():
        return ("Paste a cURL command line above; what it makes is shown here before it is made.",)
    try:
        request = await _request(args)
        made = _draft(workbench, args, request)
    except InvalidInput as error:
        return error.problems
    return (*_unread_words(request), *draft_lines(made))


@command("action.import-curl", CurlText, title="Import cURL", keys="c", panes="navigator", asks=True, preview=_preview)
async def import_curl_line(workbench: Workbench, args: CurlText) -> Result:
    """Make an action of a cURL command line (in the shell: standard input); credentials become sealed tokens."""
    from app.engine.curl.showing import draft_lines

    request = await _request(args)
    refuse(_unread_words(request))
    made = _draft(workbench, args, request)
    workspace = workbench.workspace
    refuse(
        [*(p for token in made.tokens for p in check_token(workspace, token)), *check_action(workspace, made.action)]
    )
    tokens = [Change(TOKENS, decode(token.id), None, token) for token in made.tokens]
    changes = [*tokens, Change(ACTIONS, decode(made.action.id), None, made.action)]
    await workbench.commit(Changes.of(f"Import the action {made.action.name}", changes))
    return Result(message=_message(made), data=_data(made), lines=tuple(map(visible, draft_lines(made))))


async def _request(args: CurlText) -> ImportedRequest:
    from app.engine.curl.assembly import import_curl
    from app.engine.curl.words import CurlError

    text = args.text.reveal()
    try:
        request = import_curl(text)
        if args.read_files and request.unread_files:
            request = import_curl(text, await asyncio.to_thread(_contents, request.unread_files))
    except CurlError as error:
        raise InvalidInput(str(error)) from None
    return request


def _contents(names: tuple[str, ...]) -> Mapping[str, bytes]:
    return {name: _content(name) for name in names}


def _content(name: str) -> bytes:
    try:
        path = Path(name).expanduser()
        if not path.is_file():
            raise InvalidInput(f"There is no file {name} here. Check the path, or write the data out.")
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its path makes no sense here"
        raise InvalidInput(f"The file {name} cannot be read: {reason}.") from None
    if len(data) > FILE_LIMIT:
        raise InvalidInput(f"The file {name} is larger than {FILE_LIMIT:,} bytes, too large for an action's body.")
    return data


def _unread_words(request: ImportedRequest) -> tuple[str, ...]:
    return tuple(
        f"It is made of the file {name}, which was not read: say so with --read-files (Read files in the dialog)."
        for name in request.unread_files
    )


def _draft(workbench: Workbench, args: CurlText, request: ImportedRequest) -> Draft:
    from app.engine.curl.drafting import draft
    from app.engine.curl.words import CurlError

    try:
        return draft(
            request,
            workbench.workspace,
            name=args.name,
            action_id=ActionId(new_id(ACTIONS, workbench.ids())),
            token_ids=lambda: TokenId(new_id(TOKENS, workbench.ids())),
        )
    except CurlError as error:
        raise InvalidInput(str(error)) from None


def _message(made: Draft) -> str:
    names = ", ".join(token.name for token in made.tokens)
    sealed = f" Sealed as tokens: {names}." if names else ""
    count = len(made.remarks)
    notes = f" Changed or not carried over, as listed: {count}." if count else ""
    return f"Imported the action {made.action.name}.{sealed}{notes}"


def _data(made: Draft) -> dict[str, object]:
    return {"action": made.action, "tokens": made.tokens, "remarks": made.remarks}
