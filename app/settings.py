"""The operator's settings: environment variables with the prefix GATEWAY_, `__` between levels, read once."""

import os
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "GATEWAY_"


class BadSettings(Exception):  # settings are bad; the class is no error of ours
    """Settings that the gateway refuses to start with. The message is one line and holds no value."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host of this name or address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


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


UpstreamUrl = Annotated[str, AfterValidator(_upstream_url)]
LoopbackHost = Annotated[str, AfterValidator(_loopback)]
Text = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Seconds = Annotated[float, Field(gt=0, le=300)]


class CanvasSettings(BaseModel):
    """A Canvas instance and its client credentials. `timeout`: seconds for one call with all its tries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fhir_url: UpstreamUrl
    token_url: UpstreamUrl
    client_id: Text
    client_secret: Secret
    timeout: Seconds = 10.0


class Settings(BaseSettings):
    """All that an operator can set. An upstream without settings is absent.

    `timeout`: seconds for one operation.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", env_ignore_empty=False
    )

    host: LoopbackHost = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    timeout: Seconds = 30.0
    canvas: CanvasSettings | None = None


def read_settings(**given: object) -> Settings:
    """The environment's settings; those `given` and not None come first. Raises BadSettings."""
    unknown = _unknown(os.environ)
    if unknown:
        raise BadSettings(f"{', '.join(unknown)}: no such setting")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSettings("; ".join(_complaints(error))) from None


def _unknown(names: Iterable[str]) -> list[str]:
    """Variables of ours that pydantic-settings passes over: it looks for the ones it knows."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = [name for name in names if name.upper().startswith(PREFIX)]
    return sorted(name for name in ours if name.upper().split("__")[0] not in known)


def _complaints(error: ValidationError) -> Iterable[str]:
    for one in error.errors(include_input=False, include_url=False):
        name = PREFIX + "__".join(str(part).upper() for part in one["loc"])
        yield f"{name}: {one['msg'].removeprefix('Value error, ')}"
