"""What tests of rendering share: an action with every kind of place, and rendering it with values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.action import Action, DataInput
from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, TokenId
from app.domain.secret import Secret
from app.domain.token import Token
from app.engine.rendering import render
from app.engine.request import Request

TOKEN = Token(id=TokenId("tok_1"), name="Key", header="X-Key", value=Secret("s3cret-value"))
BASE = "https://shop.example"


def action(**parts: object) -> Action:
    """An action with the inputs text, whole, part and flag, and these parts."""
    inputs = (
        DataInput(name="text"),
        DataInput(name="whole", data_type=DataType.INTEGER),
        DataInput(name="part", data_type=DataType.DECIMAL),
        DataInput(name="flag", data_type=DataType.BOOLEAN),
        DataInput(name="must", is_required=True),
        DataInput(name="user_id"),
    )
    made = Action(id=ActionId("act_1"), name="Try", url=f"{BASE}/", inputs=inputs)
    return replace(made, **parts)  # type: ignore[arg-type]  # fields by name


KNOWN = ("text", "whole", "part", "flag", "must", "user_id", "person.email", "person.vip", "env.base", "env.host")
TYPES = {"person.vip": DataType.BOOLEAN}


def rendered(made: Action, values: Mapping[str, str], token: Token | None = None) -> Request:
    """The request; fails with the problems when there is none."""
    found = render(made, values, token=token, known_names=KNOWN, types=TYPES)
    assert isinstance(found, Request), [str(problem) for problem in found]
    return found


def refused(made: Action, values: Mapping[str, str], token: Token | None = None) -> list[str]:
    """The problems; fails when there is a request."""
    found = render(made, values, token=token, known_names=KNOWN, types=TYPES)
    assert not isinstance(found, Request), found
    return [str(problem) for problem in found]
