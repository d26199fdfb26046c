"""The state that handlers share, kept on the application and reached through the request."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from app.demo.api_auth import TokenDesk
from app.demo.api_settings import DemoSettings
from app.demo.shop import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoState:
    """One running demo API."""

    shop: Shop
    tokens: TokenDesk
    settings: DemoSettings


def state_of(request: Request) -> DemoState:
    """The state of the demo API that got this request."""
    state = request.app.state.demo
    assert isinstance(state, DemoState)
    return state


def shop_of(request: Request) -> Shop:
    """The shop of the demo API that got this request."""
    return state_of(request).shop
