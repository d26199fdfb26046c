"""Environments: list, show, add, change, use, remove. Their variables are `{{env.name}}` in every template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from app.commands.context import Context
from app.commands.lookup import find_environment, refuse
from app.commands.notation import filled, read_pairs
from app.commands.registry import Disabled, NoArgs, Result, arg, command
from app.commands.tabular import fields, table
from app.domain.changes import COOKIES, ENVIRONMENTS, GRANTS, SETTINGS, Change, Changes
from app.domain.environment import Colour, Environment, check_environment
from app.domain.identifiers import EnvironmentId, decode
from app.domain.settings import SETTINGS_NUMBER, Settings
from app.domain.workspace import Workspace
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench

_COLOURS = "|".join(Colour)
_PRODUCTION_HELP = "yes when requests that change something want its host typed."
_VARIABLE_HELP = "name=value of a variable, {{env.name}} in templates; repeat for each."


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentName:
    environment: str = arg("The environment.", positional=True, choices="environments")


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedEnvironment:
    environment: str = arg('The environment; "" for none.', positional=True, choices="environments?", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEnvironment:
    name: str = arg("Its name, such as Staging.", positional=True)
    variable: tuple[str, ...] = arg(_VARIABLE_HELP, default=(), multiline=True)
    colour: str = arg("How it is marked at the top of the screen.", default="none", choices=_COLOURS)
    production: str = arg(_PRODUCTION_HELP, default="no", choices="yes|no")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedEnvironment:
    environment: str = arg("The environment.", positional=True, choices="environments", subject=True)
    name: str | None = arg("Its new name.", default=None)
    variable: tuple[str, ...] | None = arg(f"{_VARIABLE_HELP} Replaces them all.", default=None, multiline=True)
    colour: str | None = arg("How it is marked at the top of the screen.", default=None, choices=_COLOURS)
    production: str | None = arg(_PRODUCTION_HELP, default=None, choices="yes|no")


@command("environment.list", NoArgs, title="List environments", only_reads=True)
async def list_environments(workbench: Workbench, _: NoArgs) -> Result:
    """Show the environments; the active one has a star."""
    workspace = workbench.workspace
    rows = [
        (
            "*" if each == workspace.environment else "",
            each.name,
            each.colour.value,
            each.is_production,
            len(each.variables),
        )
        for each in _sorted(workspace)
    ]
    titles = ("", "name", "colour", "production", "variables")
    message = "" if rows else "No environments yet: environment add NAME --variable base_url=https://…"
    return Result(data=_sorted(workspace), lines=table(titles, rows) if rows else (), message=message)


def _sorted(workspace: Workspace) -> tuple[Environment, ...]:
    return tuple(sorted(workspace.environments.values(), key=lambda each: (each.name.casefold(), each.name)))


@command("environment.show", EnvironmentName, title="Show environment", asks=True, only_reads=True)
async def show_environment(workbench: Workbench, args: EnvironmentName) -> Result:
    """Show an environment's variables, and how many cookies and fetched tokens it keeps."""
    found = find_environment(workbench.workspace, args.environment)
    jars = [jar for jar in workbench.workspace.cookies.values() if jar.environment_id == found.id]
    grants = [grant for grant in workbench.workspace.grants.values() if grant.environment_id == found.id]
    pairs: list[tuple[str, object]] = [
        ("name", found.name),
        ("active", found == workbench.workspace.environment),
        ("colour", found.colour.value),
        ("production", found.is_production),
        *((f"env.{name}", value) for name, value in found.variables.items()),
        ("cookies", sum(len(jar.cookies) for jar in jars)),
        ("fetched tokens", len(grants)),
    ]
    return Result(data=found, lines=fields(pairs))


@command("environment.add", NewEnvironment, title="New environment", asks=True)
async def add_environment(workbench: Workbench, args: NewEnvironment) -> Result:
    """Add an environment; the first one becomes active."""
    number = workbench.ids()
    environment = Environment(
        id=EnvironmentId(new_id(ENVIRONMENTS, number)),
        name=args.name.strip(),
        colour=_colour(args.colour),
        is_production=args.production == "yes",
        variables=_variables(args.variable),
    )
    refuse(check_environment(workbench.workspace, environment))
    changes = [Change(ENVIRONMENTS, number, None, environment)]
    is_first = not workbench.workspace.environments
    if is_first:
        changes.append(_activation(workbench.workspace, environment))
    await workbench.commit(Changes.of(f"Add the environment {environment.name}", changes))
    used = "is active" if is_first else "is there; key E switches to it"
    return Result(message=f"The environment {environment.name} {used}.", data=environment)


def _colour(text: str) -> Colour:
    if text not in list(Colour):
        raise InvalidInput(f'"{text}" is not a colour; choose one of {", ".join(Colour)}.')
    return Colour(text)


def _variables(lines: tuple[str, ...]) -> Mapping[str, str]:
    return MappingProxyType(read_pairs(filled(lines), "variable"))


def _activation(workspace: Workspace, environment: Environment | None) -> Change:
    before: Settings = workspace.settings
    return Change(
        SETTINGS, SETTINGS_NUMBER, before, replace(before, environment_id=environment.id if environment else None)
    )


def _active(context: Context) -> Mapping[str, object] | Disabled:
    found = context.workspace.environment
    if found is None:
        return Disabled("No environment is active; key E chooses one.")
    return {
        "environment": found.name,
        "name": found.name,
        "variable": tuple(f"{name}={value}" for name, value in found.variables.items()),
        "colour": found.colour.value,
        "production": "yes" if found.is_production else "no",
    }


@command("environment.set", ChangedEnvironment, title="Edit environment", gather=_active, asks=True)
async def change_environment(workbench: Workbench, args: ChangedEnvironment) -> Result:
    """Change the parts of an environment that are given; the rest stays as it is."""
    before = find_environment(workbench.workspace, args.environment)
    after = replace(
        before,
        name=before.name if args.name is None else args.name.strip(),
        colour=before.colour if args.colour is None else _colour(args.colour),
        is_production=before.is_production if args.production is None else args.production == "yes",
        variables=before.variables if args.variable is None else _variables(args.variable),
    )
    refuse(check_environment(workbench.workspace, after))
    change = Change(ENVIRONMENTS, decode(before.id), before, after)
    await workbench.commit(Changes.of(f"Edit the environment {after.name}", [change]))
    return Result(message=f"Saved the environment {after.name}.", data=after)


def _some(context: Context) -> Mapping[str, object] | Disabled:
    there = context.workspace.environments
    return {} if there else Disabled('There are no environments yet; "New environment" in the palette makes one.')


def _chosen(context: Context) -> Mapping[str, object] | Disabled:
    found = _some(context)
    active = context.workspace.environment
    return found if isinstance(found, Disabled) or active is None else {"environment": active.name}


@command("environment.use", UsedEnvironment, title="Choose environment", keys="E", gather=_chosen, asks=True)
async def use_environment(workbench: Workbench, args: UsedEnvironment) -> Result:
    """Choose the environment whose variables, cookies and fetched tokens are used from now on."""
    found = find_environment(workbench.workspace, args.environment) if args.environment else None
    await workbench.commit(
        Changes.of(f"Use the environment {args.environment or '(none)'}", [_activation(workbench.workspace, found)])
    )
    marked = " It is production: what changes something wants its host typed." if found and found.is_production else ""
    message = f"The environment {found.name} is active.{marked}" if found else "No environment is active."
    return Result(message=message, data=found or {"environment": None})


def _kept_for(workspace: Workspace, environment: Environment) -> list[Change]:
    """The changes that remove the cookies and the fetched tokens of an environment."""
    tables = ((GRANTS, workspace.grants), (COOKIES, workspace.cookies))
    return [
        Change(name, number, each, None)
        for name, kept in tables
        for number, each in kept.items()
        if each.environment_id == environment.id
    ]


@command("environment.remove", EnvironmentName, title="Remove environment", gather=_some, asks=True)
async def remove_environment(workbench: Workbench, args: EnvironmentName) -> Result:
    """Remove an environment with its cookies and fetched tokens."""
    workspace = workbench.workspace
    found = find_environment(workspace, args.environment)
    changes = [Change(ENVIRONMENTS, decode(found.id), found, None), *_kept_for(workspace, found)]
    if found == workspace.environment:
        changes.append(_activation(workspace, None))
    await workbench.commit(Changes.of(f"Remove the environment {found.name}", changes))
    return Result(message=f"Removed the environment {found.name}. Undo brings it back.")


@command("environment.forget", EnvironmentName, title="Forget cookies and fetched tokens", gather=_some, asks=True)
async def forget(workbench: Workbench, args: EnvironmentName) -> Result:
    """Forget the cookies and the fetched tokens of an environment."""
    workspace = workbench.workspace
    found = find_environment(workspace, args.environment)
    changes = _kept_for(workspace, found)
    await workbench.commit(Changes.of(f"Forget what {found.name} has fetched", changes, is_undoable=False))
    return Result(message=f"{found.name} has no cookies and no fetched tokens any more.")
