"""The operator's settings of what is remembered: `GATEWAY_CACHE__…`."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from app.loopback import is_loopback
from connectors.cache import GivenAges, Kind
from connectors.memory import MEBIBYTE
from connectors.store.address import is_address
from connectors.store.availability import DEADLINE
from connectors.store.seal import Seal, read_keys

STRICT = ConfigDict(frozen=True, extra="forbid")

ALONE = "memory://"
"""A cache URL: what is remembered is not shared."""

UNSEALED = "none"
"""A cache key: what is shared is not sealed."""

Age = Annotated[float, Field(ge=0, le=30 * 86_400)]


def _tier_url(url: SecretStr) -> SecretStr:
    if url.get_secret_value() != ALONE and not is_address(url.get_secret_value()):
        raise ValueError(f"must be {ALONE} or a redis:// or rediss:// address as redis-py reads it")
    return url


def _seal_key(key: SecretStr | None) -> SecretStr | None:
    if key is not None and key.get_secret_value() != UNSEALED:
        read_keys(key.get_secret_value())
    return key


class AgesSettings(BaseModel):
    """Up to which age, in seconds, answers of a kind are given again, where it is not as the code has it."""

    model_config = STRICT

    fresh: Age | None = None
    while_revalidate: Age | None = None
    on_error: Age | None = None


class CacheSettings(BaseModel):
    """How much is remembered, in entries and about so many bytes, for how long, and with whom it is shared.

    `least_max_age`: seconds; a client who asks for younger data gets data of this age. `key` seals what is
    shared: see `read_keys`; "none" leaves it open. `timeout`: seconds that a question waits for it.
    """

    model_config = STRICT

    url: Annotated[SecretStr, AfterValidator(_tier_url)] = SecretStr(ALONE)
    key: Annotated[SecretStr | None, AfterValidator(_seal_key)] = None
    timeout: Annotated[float, Field(gt=0, le=1)] = DEADLINE
    entries: Annotated[int, Field(ge=1)] = 100_000
    bytes: Annotated[int, Field(ge=1_000_000)] = 64 * MEBIBYTE
    least_max_age: Age = 0.0
    ages: dict[Kind, AgesSettings] = {}

    @field_validator("ages", mode="before")
    @classmethod
    def _in_lower_case(cls, ages: object) -> object:
        """Variables are in upper case wherever the environment knows no other."""
        return {name.lower(): one for name, one in ages.items()} if isinstance(ages, dict) else ages

    @model_validator(mode="after")
    def _is_sealed(self) -> Self:
        if self.shared and self.key is None:
            raise ValueError("a shared __URL needs a __KEY; __KEY=none leaves what is shared open to read")
        if self.shared and not self.seal.closes and not self._is_private:
            raise ValueError("URL must begin with rediss:// where what is shared is not sealed")
        return self

    @property
    def shared(self) -> bool:
        """Whether other processes share what is remembered."""
        return self.url.get_secret_value() != ALONE

    @property
    def seal(self) -> Seal:
        """What seals what is shared."""
        text = self.key.get_secret_value() if self.key else UNSEALED
        return Seal(() if text == UNSEALED else read_keys(text))

    @property
    def given_ages(self) -> dict[Kind, GivenAges]:
        """The ages as the memory takes them."""
        return {kind: GivenAges(**dict(one)) for kind, one in self.ages.items()}

    @property
    def _is_private(self) -> bool:
        """Whether nobody can listen on the way there."""
        parts = urlsplit(self.url.get_secret_value())
        return parts.scheme == "rediss" or is_loopback(parts.hostname or "")
