"""The configured upstreams, each built once from its settings."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, Protocol, TypeAlias

from app.settings import CanvasSettings, ClinicSettings, EligibilitySettings, IdentitySettings, Settings
from connectors.authorization import Authorization, StaticHeader
from connectors.cache import Connector
from connectors.canvas.connector import Canvas
from connectors.clinic.connector import Clinic
from connectors.clinic.refusal import refusal
from connectors.clock import SYSTEM_CLOCK, Clock
from connectors.eligibility.connector import Eligibility
from connectors.fhir.links import IdentifierSystems
from connectors.fhir.rest import Fhir
from connectors.oauth import ClientCredentials
from connectors.payers import Payers
from connectors.upstream import Limits, Upstream

Open: TypeAlias = Callable[..., Upstream]
"""Makes an Upstream, which is closed at the end."""


class ReachableConnector(Connector, Protocol):
    """A connector that can be asked whether its upstream answers."""

    async def reachable(self) -> None:
        """Return when it answers a question that needs our credentials; raise UpstreamError when not."""


MOST_BYTES = 4_000_000
"""Of an answer: twenty times the largest page that was seen, and eight at once stay below 64 MB."""

KNOWN: tuple[type[ReachableConnector], ...] = (Canvas, Clinic, Eligibility)
"""Every connector there is, configured or not."""


def connect(
    settings: Settings,
    tenant: str,
    payers: Payers,
    closing: AsyncExitStack,
    clock: Clock = SYSTEM_CLOCK,
) -> Mapping[type, ReachableConnector]:
    """The configured connectors by their class. Their connections are closed with `closing`."""

    def opened(*told: Any, **options: Any) -> Upstream:
        upstream = Upstream(*told, **options, clock=clock)
        closing.push_async_callback(upstream.aclose)
        return upstream

    connectors: dict[type, ReachableConnector] = {}
    if settings.canvas:
        connectors[Canvas] = _canvas(settings.canvas, settings.identity, tenant, opened)
    if settings.clinic:
        connectors[Clinic] = _clinic(settings.clinic, tenant, opened)
    if settings.eligibility:
        connectors[Eligibility] = _eligibility(settings.eligibility, tenant, payers, opened)
    return connectors


def _canvas(settings: CanvasSettings, identity: IdentitySettings, tenant: str, opened: Open) -> Canvas:
    limits = _limits(settings.timeout)
    tokens = opened(Canvas.system, settings.token_url, limits=limits)
    authorization = ClientCredentials(
        tokens, client_id=settings.client_id, client_secret=settings.client_secret.get_secret_value()
    )
    upstream = opened(Canvas.system, settings.fhir_url, authorization=authorization, limits=limits)
    systems = IdentifierSystems(
        clinic=identity.clinic_system,
        eligibility=identity.eligibility_system,
        clinik=identity.clinik_system,
        dependent=identity.dependent_system,
    )
    realm = _realm(Canvas.system, tenant, settings.fhir_url, settings.client_id)
    return Canvas(Fhir(upstream, base_url=settings.fhir_url), realm, systems)


def _clinic(settings: ClinicSettings, tenant: str, opened: Open) -> Clinic:
    token = settings.user_token.get_secret_value()
    upstream = opened(
        Clinic.system,
        settings.url,
        authorization=StaticHeader("X-User-Token", token),
        explain=refusal,
        limits=_limits(settings.timeout),
    )
    return Clinic(upstream, _realm(Clinic.system, tenant, settings.url, token))


def _eligibility(settings: EligibilitySettings, tenant: str, payers: Payers, opened: Open) -> Eligibility:
    limits = _limits(settings.timeout)
    authorization, credential = _credential(settings, limits, opened)
    upstream = opened(Eligibility.system, settings.url, authorization=authorization, limits=limits)
    realm = _realm(Eligibility.system, tenant, settings.url, credential)
    return Eligibility(upstream, realm, settings.timezone, payers.saw)


def _credential(settings: EligibilitySettings, limits: Limits, opened: Open) -> tuple[Authorization, str]:
    """The authorization, and what tells the credential from another."""
    if settings.token is not None:
        token = settings.token.get_secret_value()
        return StaticHeader("Authorization", f"Bearer {token}"), token
    assert settings.token_url
    assert settings.client_id
    assert settings.client_secret
    tokens = opened(Eligibility.system, settings.token_url, limits=limits)
    secret = settings.client_secret.get_secret_value()
    credentials = ClientCredentials(
        tokens, client_id=settings.client_id, client_secret=secret, scope="read write"
    )
    return credentials, settings.client_id


def _limits(timeout: float) -> Limits:
    return Limits(total=timeout, most_bytes=MOST_BYTES)


def _realm(system: str, tenant: str, url: str, credential: str) -> str:
    """Whose answers these are, in a form that holds no secret. Systems may share address and credential."""
    whose = f"{system}\0{tenant}\0{url}\0{credential}"
    return hashlib.blake2b(whose.encode(), digest_size=16).hexdigest()
