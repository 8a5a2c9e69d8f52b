import base64
import json

import httpx
import pytest

from sandbox.eligibility import Eligibility, Switches
from sandbox.eligibility.rest import SEARCH, TOKEN
from sandbox.population import Population
from tests.sandbox.talking import ELIGIBILITY_CREDENTIALS, asking, at_eligibility, client


async def test_a_token_is_given_for_the_right_secret(eligibility: Eligibility) -> None:
    """The documented members, an hour of life, and a token of three segments whose claims can be read."""
    async with client(eligibility.app()) as stranger:
        answer = await stranger.post(TOKEN, data=ELIGIBILITY_CREDENTIALS)
    granted = answer.json()
    assert answer.status_code == 200
    members = "access_token token_type expires_in scope organisation_id user_id roles clinic_id_list name"
    assert set(granted) == set(members.split())
    assert (granted["token_type"], granted["expires_in"], granted["scope"]) == ("Bearer", 3600, "read write")
    header, claims, _ = granted["access_token"].split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "=="))["typ"] == "JWT"
    assert (
        json.loads(base64.urlsafe_b64decode(claims + "=="))["organisation_id"] == granted["organisation_id"]
    )


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"client_secret": "guess"}, 401),
        ({"client_id": "somebody"}, 401),
        ({"grant_type": "password"}, 400),
        ({"scope": ""}, 400),
        ({"scope": "read everything"}, 400),
    ],
)
async def test_a_wrong_request_gets_an_error(
    eligibility: Eligibility, change: dict[str, str], status: int
) -> None:
    """In the envelope of this API: a code above 2000, and no token."""
    async with client(eligibility.app()) as stranger:
        answer = await stranger.post(TOKEN, data=ELIGIBILITY_CREDENTIALS | change)
    assert answer.status_code == status
    assert answer.json()["code"] > 2000
    assert "access_token" not in answer.json()


async def test_json_is_no_form(eligibility: Eligibility) -> None:
    """The token endpoint reads forms only."""
    async with client(eligibility.app()) as stranger:
        assert (await stranger.post(TOKEN, json=ELIGIBILITY_CREDENTIALS)).status_code == 400


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer made-up", "Basic c2VjcmV0"])
async def test_without_a_good_token_nothing_is_told(eligibility: Eligibility, header: str | None) -> None:
    """401 in the envelope, before parameters are looked at; no data member at all."""
    async with client(eligibility.app()) as stranger:
        answer = await stranger.get(SEARCH, headers={} if header is None else {"Authorization": header})
    assert (answer.status_code, answer.json()) == (401, {"code": 4001, "message": "Unauthorized"})


async def test_a_token_expires(people: Population) -> None:
    """A token is good for its lifetime and not a second longer."""
    now = [1_000.0]
    async with at_eligibility(
        Eligibility(people, Switches(token_lifetime=60), clock=lambda: now[0])
    ) as service:
        now[0] += 59
        assert (await service.get(asking(people, "ordinary"))).status_code == 200
        now[0] += 1
        assert (await service.get(asking(people, "ordinary"))).status_code == 401


async def test_tokens_can_be_revoked(
    eligibility: Eligibility, service: httpx.AsyncClient, people: Population
) -> None:
    """After a revocation an old token is unknown and a new one is another one."""
    eligibility.tokens.revoke()
    assert (await service.get(asking(people, "ordinary"))).status_code == 401
    async with at_eligibility(eligibility) as renewed:
        assert renewed.headers["Authorization"] != service.headers["Authorization"]
        assert (await renewed.get(asking(people, "ordinary"))).status_code == 200
