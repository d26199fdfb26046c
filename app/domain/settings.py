"""Settings of a workspace, with the product's documented limits as defaults."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.identifiers import EnvironmentId
from app.domain.sending import DIRECT

SETTINGS_NUMBER = 1
"""The one settings document's number."""

MAX_LOCK_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits of the plan, how requests are sent, when the screen locks."""

    object_limit: int = 15
    """Custom objects that are not archived."""
    record_limit: int = 100_000
    """Records of all custom objects that are not archived."""
    standard_attribute_limit: int = 250
    """Active custom data attributes on People and Company together."""
    deadline_s: float = 15.0
    """Seconds a request may take in all."""
    body_limit: int = 50_000_000
    """Bytes of a response, decoded, that are read at most."""
    proxy: str = DIRECT
    """The proxy of actions that have none of their own; see SendOptions.proxy. Never used for this machine itself."""
    lock_minutes: int = 10
    """Minutes without a key or a click until the screen locks; 0 for never."""
    is_mock: bool = False
    """Whether sending answers from the actions' samples instead of the network."""
    is_read_only: bool = False
    """Whether requests that may change another system are refused, all of them."""
    environment_id: EnvironmentId | None = None
    """The active environment."""
    run_days: int = 0
    """Runs older than so many days are removed; 0 keeps them whatever their age."""
    run_count: int = 5_000
    """Runs that are kept at most, the newest; 0 for no limit."""
    run_megabytes: int = 1_000
    """Millions of bytes that the bodies of all runs may take; 0 for no limit."""
