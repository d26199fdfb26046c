"""Who gets in: the key, tokens and their end."""

from __future__ import annotations

import httpx
import pytest
from demo_kit import FakeTime, error_of

from app.demo.api import all_endpoints
from app.demo.api_settings import DemoSettings
from app.demo.server import DemoServer

GRANT = {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": "demo-secret"}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_every_shop_route_wants_a_key(anybody: httpx.Client) -> None:
    closed = [endpoint for endpoint in all_endpoints() if not endpoint.is_open]
    assert len(closed) > 10
    for endpoint in closed:
        for method in endpoint.methods:
            response = anybody.request(method, endpoint.path.replace("{", "").replace("}", ""))
            assert error_of(response, 401)["type"] == "unauthorized"
            assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-Key": "wrong"},
        {"X-Api-Key": ""},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer"},
        {"Authorization": "demo-shop-key"},
        {"Authorization": "Basic ZGVtby1jbGllbnQ6ZGVtby1zZWNyZXQ="},
    ],
)
def test_a_wrong_key_is_401_and_says_what_is_wanted(anybody: httpx.Client, headers: dict[str, str]) -> None:
    error_of(anybody.get("/orders", headers=headers), 401)


def test_a_token_opens_the_shop_until_it_expires(anybody: httpx.Client, time: FakeTime) -> None:
    answer = anybody.post("/oauth/token", data=GRANT)
    assert answer.headers["Cache-Control"] == "no-store"
    document = answer.json()
    assert (document["token_type"], document["expires_in"]) == ("Bearer", 60)
    token = document["access_token"]
    assert anybody.get("/orders/1001", headers=_bearer(token)).status_code == 200
    time.now += 59.5
    assert anybody.get("/orders/1001", headers=_bearer(token)).status_code == 200
    time.now += 0.5
    expired = anybody.get("/orders/1001", headers=_bearer(token))
    assert "expired" in str(error_of(expired, 401)["message"])
    assert 'error="invalid_token"' in expired.headers["WWW-Authenticate"]
    fresh = anybody.post("/oauth/token", data=GRANT).json()["access_token"]
    assert fresh != token
    assert anybody.get("/orders/1001", headers=_bearer(fresh)).status_code == 200


def test_the_life_of_a_token_is_a_setting(time: FakeTime) -> None:
    settings = DemoSettings(clock=lambda: time.now, token_seconds=5)
    with DemoServer(settings=settings) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        document = client.post("/oauth/token", data=GRANT).json()
        assert document["expires_in"] == 5
        time.now += 5
        assert client.get("/companies", headers=_bearer(document["access_token"])).status_code == 401


def test_reset_forgets_tokens(anybody: httpx.Client) -> None:
    token = anybody.post("/oauth/token", data=GRANT).json()["access_token"]
    anybody.post("/reset")
    assert "unknown" in str(error_of(anybody.get("/orders", headers=_bearer(token)), 401)["message"])


def test_the_client_may_come_in_http_basic(anybody: httpx.Client) -> None:
    grant = {"grant_type": "client_credentials"}
    good = anybody.post("/oauth/token", data=grant, auth=("demo-client", "demo-secret"))
    assert good.status_code == 200
    bad = anybody.post("/oauth/token", data=grant, auth=("demo-client", "guess"))
    assert error_of(bad, 401)["type"] == "invalid_client"
    assert bad.headers["WWW-Authenticate"].startswith("Basic")
    for header in ("Basic", "Basic %%%", "Basic /w==", "Basic ZGVtbw==", "Bearer x"):
        response = anybody.post("/oauth/token", data=grant, headers={"Authorization": header})
        assert error_of(response, 401)["type"] == "invalid_client"


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_form_is_refused(anybody: httpx.Client, change: dict[str, str], status: int, kind: str) -> None:
    assert error_of(anybody.post("/oauth/token", data=GRANT | change), status)["type"] == kind


def test_a_token_is_asked_for_with_a_form(anybody: httpx.Client) -> None:
    assert error_of(anybody.post("/oauth/token", json=GRANT), 400)["type"] == "invalid_request"
    assert error_of(anybody.get("/oauth/token"), 405)["type"] == "method_not_allowed"
