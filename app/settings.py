"""The operator's settings: environment variables with the prefix GATEWAY_, `__` between levels, read once."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    FilePath,
    PlainValidator,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.cache_settings import STRICT, CacheSettings
from app.loopback import is_loopback
from connectors.payers import Payers, read_payers

PREFIX = "GATEWAY_"


class BadSettings(Exception):  # settings are bad; the class is no error of ours
    """Settings that the gateway refuses to start with. The message is one line and holds no value."""


def _upstream_url(url: str) -> str:
    parts = urlsplit(url)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username
        or parts.query
        or parts.fragment
    ):
        raise ValueError("must be an https:// address without user, query or fragment")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("must begin with https:// (http:// only on this machine)")
    return url


def _loopback(host: str) -> str:
    if not is_loopback(host):
        raise ValueError("must be a loopback address: callers are not authenticated yet")
    return host


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return path


def _zone(name: object) -> ZoneInfo:
    if isinstance(name, ZoneInfo):
        return name
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone such as America/Chicago") from None


Zone = Annotated[ZoneInfo, PlainValidator(_zone)]
UpstreamUrl = Annotated[str, AfterValidator(_upstream_url)]
Directory = Annotated[Path, AfterValidator(_absolute)]
LoopbackHost = Annotated[str, AfterValidator(_loopback)]
Text = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Seconds = Annotated[float, Field(gt=0, le=300)]


class CanvasSettings(BaseModel):
    """A Canvas instance and its client credentials. `timeout`: seconds for one call with all its tries."""

    model_config = STRICT

    fhir_url: UpstreamUrl
    token_url: UpstreamUrl
    client_id: Text
    client_secret: Secret
    timeout: Seconds = 10.0


class ClinicSettings(BaseModel):
    """A clinic insurances API and its user token. `timeout`: seconds for one call with all its tries."""

    model_config = STRICT

    url: UpstreamUrl
    user_token: Secret
    timeout: Seconds = 10.0


class EligibilitySettings(BaseModel):
    """An eligibility service, with client credentials or a token, and the zone of its instants.

    `timeout`: seconds for one call with all its tries.
    """

    model_config = STRICT

    url: UpstreamUrl
    token_url: UpstreamUrl | None = None
    client_id: Text | None = None
    client_secret: Secret | None = None
    token: Secret | None = None
    timezone: Zone = ZoneInfo("UTC")
    timeout: Seconds = 10.0

    @model_validator(mode="after")
    def _has_credentials(self) -> Self:
        client = (self.token_url, self.client_id, self.client_secret)
        if any(client) if self.token else None in client:
            raise ValueError("needs TOKEN_URL, CLIENT_ID and CLIENT_SECRET, or TOKEN alone")
        return self


class IdentitySettings(BaseModel):
    """The Patient.identifier systems under which the EHR keeps each other system's id."""

    model_config = STRICT

    clinic_system: Text = "urn:clinic:patient"
    eligibility_system: Text = "urn:eligibility:patient"
    clinik_system: Text = "urn:clinikapi:patient"
    dependent_system: Text = "urn:clinic:dependent"


class PayersSettings(BaseModel):
    """The operator's file of payer numbers."""

    model_config = STRICT

    file: FilePath | None = None


class Settings(BaseSettings):
    """All that an operator can set. An upstream without settings is absent.

    `timeout`: seconds for one operation. `timezone`: where "today" is told. `in_flight`: how many calls one
    operation may have under way at each upstream. `explain`: whether clients may ask how answers came about.
    `control`: the directory of the control socket; None: this user's own.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", env_ignore_empty=False
    )

    host: LoopbackHost = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    timeout: Seconds = 30.0
    timezone: Zone = ZoneInfo("UTC")
    in_flight: Annotated[int, Field(ge=1, le=1000)] = 16
    canvas: CanvasSettings | None = None
    clinic: ClinicSettings | None = None
    eligibility: EligibilitySettings | None = None
    explain: bool = False
    control: Directory | None = None
    cache: CacheSettings = CacheSettings()
    identity: IdentitySettings = IdentitySettings()
    payers: PayersSettings = PayersSettings()


def read_settings(**given: object) -> Settings:
    """The environment's settings; those `given` and not None come first. Raises BadSettings."""
    unknown = _unknown(os.environ)
    if unknown:
        raise BadSettings(f"{', '.join(unknown)}: no such setting")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSettings("; ".join(_complaints(error))) from None


def known_payers(settings: Settings) -> Payers:
    """The operator's payer numbers. Raises BadSettings when their file cannot be read."""
    if settings.payers.file is None:
        return Payers()
    try:
        return read_payers(settings.payers.file)
    except ValueError as error:
        raise BadSettings(f"{PREFIX}PAYERS__FILE: {error}") from None


def _unknown(names: Iterable[str]) -> list[str]:
    """Variables of ours that pydantic-settings passes over: it looks for the ones it knows."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = [name for name in names if name.upper().startswith(PREFIX)]
    return sorted(name for name in ours if name.upper().split("__")[0] not in known)


def _complaints(error: ValidationError) -> Iterable[str]:
    for one in error.errors(include_input=False, include_url=False):
        name = PREFIX + "__".join(str(part).upper() for part in one["loc"])
        yield f"{name}: {one['msg'].removeprefix('Value error, ')}"
