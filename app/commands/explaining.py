"""A request before it is sent: explained line by line, or as a command for curl. Nothing is sent or fetched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.commands.context import selected_action
from app.commands.lookup import find_action
from app.commands.registry import Result, arg, command
from app.commands.rendering import prepared
from app.commands.sending import INPUT_HELP, RECORD_HELP
from app.domain.text import visible
from app.engine.explaining import explain, explanation_lines
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    input: tuple[str, ...] = arg(INPUT_HELP, default=())
    from_record: str = arg(RECORD_HELP, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    input: tuple[str, ...] = arg(INPUT_HELP, default=(), subject=True)
    from_record: str = arg(RECORD_HELP, default="", subject=True)
    reveal: bool = arg("With the token in clear instead of dots.", default=False)


@command(
    "action.render",
    Rendered,
    title="Explain request",
    keys="v",
    panes="request",
    gather=selected_action,
    only_reads=True,
)
async def render_action(workbench: Workbench, args: Rendered) -> Result:
    """Show the final request line by line: what was put in, who wants each header, what is masked. Sends nothing."""
    action = find_action(workbench.workspace, args.action)
    ready = prepared(workbench, action, args.input, args.from_record)
    found = explain(
        replace(ready.request, default_proxy=workbench.workspace.settings.proxy),
        token=ready.token,
        environment=workbench.workspace.environment,
        must_fetch=ready.must_fetch,
    )
    return Result(data=found, lines=tuple(visible(line) for line in explanation_lines(found)))


def _reveals(workbench: Workbench, args: Copied) -> str:
    if not args.reveal:
        return ""
    return f"The command for {args.action} will hold its token in clear. Copy it?"


@command(
    "action.curl",
    Copied,
    title="Copy as cURL",
    keys="c",
    panes="request",
    gather=selected_action,
    asks=True,
    confirms=_reveals,
    only_reads=True,
)
async def copy_as_curl(workbench: Workbench, args: Copied) -> Result:
    """Write the request as a command for curl, secrets as dots unless they are asked for."""
    from app.engine.curl.writing import curl_line

    action = find_action(workbench.workspace, args.action)
    ready = prepared(workbench, action, args.input, args.from_record)
    if args.reveal and ready.must_fetch:
        raise InvalidInput("The token is not fetched yet, or has ended. Send the action first, or copy it masked.")
    line = curl_line(ready.request, reveal=args.reveal)
    return Result(data={"command": line}, lines=tuple(visible(each) for each in line.split("\n")))
