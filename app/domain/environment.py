"""Environments: the same actions against another system. One is active; its variables are `{{env.name}}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.domain.identifiers import EnvironmentId, JarId
from app.domain.problems import Problem
from app.domain.secret import Secret

if TYPE_CHECKING:
    from app.domain.workspace import Workspace

PREFIX = "env."
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
MAX_NAME = 40


class Colour(StrEnum):
    """How an environment is marked in the status line."""

    NONE = "none"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Named variables, with what the system behind them means."""

    id: EnvironmentId
    name: str
    colour: Colour = Colour.NONE
    is_production: bool = False
    """Whether a request that may change something wants its host typed."""
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """One cookie that a server has set."""

    name: str
    value: Secret
    domain: str
    path: str = "/"
    is_host_only: bool = True
    is_secure: bool = False
    expires_at: str = ""
    """ISO 8601, UTC; "" for as long as it is not cleared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieJar:
    """The cookies of one environment."""

    id: JarId
    environment_id: EnvironmentId | None = None
    cookies: tuple[Cookie, ...]


def values_of(environment: Environment | None) -> dict[str, str]:
    """The active environment's variables, by placeholder name."""
    return {PREFIX + name: value for name, value in environment.variables.items()} if environment else {}


def variable_names(workspace: Workspace) -> tuple[str, ...]:
    """The placeholder names of the variables of all environments, the active one's first."""
    active = workspace.environment
    every = [*([active] if active else []), *workspace.environments.values()]
    return tuple(dict.fromkeys(name for each in every for name in values_of(each)))


def check_environment(workspace: Workspace, environment: Environment) -> Iterator[Problem]:
    """Everything that stops an environment from being kept."""
    name = environment.name
    if not name.strip() or not name.isprintable() or len(name) > MAX_NAME:
        yield Problem("name", f"an environment needs a printable name of at most {MAX_NAME} characters")
    same = workspace.environment_named(name)
    if same and same.id != environment.id:
        yield Problem("name", f'there is an environment "{name}" already; choose another name')
    for variable in environment.variables:
        if not _VARIABLE.match(variable):
            yield Problem(f"variable {variable}", "its name begins with a letter and holds letters, digits, _ and -")
