import pytest

from sandbox.canvas import Canvas, Switches
from sandbox.population import Population
from tests.sandbox.talking import CREDENTIALS, client, signed_in, token


async def test_a_token_is_given_for_the_right_secret(canvas: Canvas) -> None:
    """The answer has the four members that Canvas documents, and ten hours of life."""
    async with client(canvas.token_app()) as ehr:
        answer = await ehr.post("/auth/token/", data=CREDENTIALS)
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "expires_in", "token_type", "scope"}
    assert (answer.json()["expires_in"], answer.json()["token_type"]) == (36_000, "Bearer")


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_request_gets_an_oauth_error(
    canvas: Canvas, change: dict[str, str], status: int, error: str
) -> None:
    """RFC 6749, 5.2."""
    async with client(canvas.token_app()) as ehr:
        answer = await ehr.post("/auth/token/", data=CREDENTIALS | change)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


async def test_json_is_no_form(canvas: Canvas) -> None:
    """The token endpoint reads forms only."""
    async with client(canvas.token_app()) as ehr:
        assert (await ehr.post("/auth/token/", json=CREDENTIALS)).status_code == 400


@pytest.mark.parametrize("path", ["/auth/token", "/Patient", "/metadata"])
async def test_the_token_host_answers_nothing_else(canvas: Canvas, path: str) -> None:
    """The trailing slash is needed, and FHIR is on another host."""
    async with client(canvas.token_app()) as ehr:
        assert (await ehr.post(path, data=CREDENTIALS)).status_code == 404


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer made-up", "Basic c2VjcmV0", ""])
async def test_without_a_good_token_nothing_is_told(canvas: Canvas, header: str | None) -> None:
    """401 with an OperationOutcome."""
    async with client(canvas.fhir_app()) as fhir:
        answer = await fhir.get("/Patient", headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["issue"] == [
        {"severity": "error", "code": "unknown", "details": {"text": "Authentication failed"}}
    ]


async def test_a_token_expires(people: Population) -> None:
    """A token is good for its lifetime and not a second longer."""
    now = [1_000.0]
    canvas = Canvas(people, Switches(token_lifetime=60), clock=lambda: now[0])
    async with signed_in(canvas) as fhir:
        now[0] += 59
        assert (await fhir.get("/Patient")).status_code == 200
        now[0] += 1
        assert (await fhir.get("/Patient")).status_code == 401


async def test_tokens_can_be_revoked(canvas: Canvas) -> None:
    """After a revocation an old token is unknown and a new one is another one."""
    async with signed_in(canvas) as fhir:
        canvas.tokens.revoke()
        assert (await fhir.get("/Patient")).status_code == 401
        fresh = f"Bearer {await token(canvas)}"
        assert fresh != fhir.headers["Authorization"]
        assert (await fhir.get("/Patient", headers={"Authorization": fresh})).status_code == 200


async def test_the_capability_statement_needs_no_token(canvas: Canvas) -> None:
    """FHIR R4: metadata is for everybody; it lists the four types."""
    async with client(canvas.fhir_app()) as fhir:
        statement = (await fhir.get("/metadata")).json()
    assert statement["fhirVersion"] == "4.0.1"
    assert [it["type"] for it in statement["rest"][0]["resource"]] == [
        "Coverage",
        "Organization",
        "Patient",
        "RelatedPerson",
    ]
