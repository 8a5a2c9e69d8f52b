"""Nobody gets another's answers: identities over one memory, callers' own tokens, realms of connectors."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import CanvasSettings, ClinicSettings, EligibilitySettings, Settings
from app.upstreams import connect
from connectors.authorization import CallersToken
from connectors.cache import Kind, remembered
from connectors.drop import Drop
from connectors.errors import Failed, Forbidden, Refused, Unreachable, UpstreamError
from connectors.memory import Memory
from connectors.payers import Payers
from connectors.pins import Pins
from connectors.record import Record
from tests.clock import OwnClock

REALMS = ("mine", "yours")
KEYS = ("a", "b")
Moods: TypeAlias = type[UpstreamError] | None


class Library:
    """A connector whose answers and failures tell whose they are; it waits while it is kept back."""

    system: ClassVar[str] = "library"

    def __init__(self, realm: str) -> None:
        self.realm = realm
        self.mood: Moods = None
        self.opened = asyncio.Event()
        self.opened.set()
        self.asked = 0

    @remembered(Kind.PATIENTS, fresh=60, while_revalidate=600, on_error=3600, of=str)
    async def card(self, key: str) -> str | None:
        """A reader's card."""
        return await self._told(key)

    @remembered(Kind.ELIGIBILITY, fresh=60, while_revalidate=300, on_error=0)
    async def loan(self, key: str) -> str | None:
        """What a reader has borrowed."""
        return await self._told(key)

    async def _told(self, key: str) -> str | None:
        self.asked += 1
        answer = f"{self.realm} {key} {self.asked}"
        await self.opened.wait()
        if self.mood is not None:
            raise self.mood(self.realm)
        return None if self.asked % 5 == 0 else answer


class Read(NamedTuple):
    """Somebody reads."""

    who: int
    fetch: Any
    key: str
    max_age: float | None


class Turn(NamedTuple):
    """Somebody's upstream fails from now on, or not."""

    who: int
    mood: Moods


class KeepBack(NamedTuple):
    """Somebody's upstream hangs from now on, or not."""

    who: int
    hangs: bool


class Leave(NamedTuple):
    """The one who has waited longest leaves."""


Step: TypeAlias = Read | Turn | KeepBack | Leave | Drop | float

WHO = st.integers(0, len(REALMS) - 1)
FETCHES: st.SearchStrategy[Any] = st.sampled_from([Library.card, Library.loan])
MOODS: st.SearchStrategy[Moods] = st.sampled_from([None, None, Unreachable, Failed, Refused, Forbidden])
READS = st.builds(Read, WHO, FETCHES, st.sampled_from(KEYS), st.sampled_from([None, None, None, 0.0, 100.0]))
IDS: st.SearchStrategy[frozenset[str] | None] = st.one_of(
    st.none(), st.frozensets(st.sampled_from(KEYS), min_size=1)
)
DROPS = st.one_of(
    st.builds(Drop, kind=st.sampled_from([Kind.PATIENTS, Kind.ELIGIBILITY])),
    st.builds(
        Drop,
        patients=st.dictionaries(st.sampled_from(REALMS), IDS, min_size=1),
    ),
)
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        READS,
        READS,
        READS,
        st.sampled_from([1.0, 55.0, 100.0, 700.0, 4000.0]),
        st.builds(Turn, WHO, MOODS),
        st.builds(KeepBack, WHO, st.booleans()),
        st.builds(Leave),
        DROPS,
    ),
    max_size=40,
)


class Scene:
    """Two identities that read the same keys through one memory."""

    def __init__(self) -> None:
        self.clock = OwnClock()
        self.memory = Memory(clock=self.clock, chance=lambda: 0.5)
        self.libraries = [Library(realm) for realm in REALMS]
        self.waiting: list[tuple[Read, Pins, asyncio.Future[Any]]] = []

    async def play(self, step: Step) -> None:
        """Do this, and let what follows at once happen."""
        match step:
            case Read():
                self._read(step)
            case Turn():
                self.libraries[step.who].mood = step.mood
            case KeepBack():
                opened = self.libraries[step.who].opened
                (opened.clear if step.hangs else opened.set)()
            case Leave() if self.waiting:
                self.waiting.pop(0)[1].close()
            case Drop():
                self.memory.drop(step)
            case float():
                self.clock.go_on(step)
        for _ in range(5):
            await asyncio.sleep(0)

    async def end(self) -> None:
        """Let every upstream answer, and look at what those who wait are told."""
        for library in self.libraries:
            library.opened.set()
        for read, _, answer in self.waiting:
            await asyncio.wait([answer])
            self._check(read, answer.exception() or answer.result())
        await self.memory.aclose()

    def _read(self, read: Read) -> None:
        pins = Pins(self.memory, {Library: self.libraries[read.who]})
        pins.max_age = read.max_age
        answer = pins.read(read.fetch, read.key)
        if isinstance(answer, asyncio.Future):
            self.waiting.append((read, pins, answer))
        else:
            self._check(read, answer)

    def _check(self, read: Read, answer: Any) -> None:
        """What this identity's own upstream told: an answer to this key, that there is none, a failure."""
        if isinstance(answer, UpstreamError):
            assert answer.system == REALMS[read.who]
        else:
            assert answer is None or answer.split()[:2] == [REALMS[read.who], read.key]


@given(STEPS)
def test_nothing_crosses_from_one_identity_to_another(steps: list[Step]) -> None:
    """However two identities read, fail, hang, leave and forget: each is told by its own upstream only."""

    async def play() -> None:
        scene = Scene()
        for step in steps:
            await scene.play(step)
        await scene.end()

    asyncio.run(play())


@given(st.lists(READS, max_size=20), IDS)
def test_forgetting_a_patient_of_one_identity_forgets_nothing_of_the_other(
    reads: list[Read], ids: frozenset[str] | None
) -> None:
    """The same id in another realm is another patient."""

    async def play() -> None:
        scene = Scene()
        for read in reads:
            await scene.play(read)
        _, yours = scene.libraries
        every = [(fetch, key) for fetch in (Library.card, Library.loan) for key in KEYS]
        before = [scene.memory.known(yours, *one) for one in every]

        await scene.play(Drop(patients={REALMS[0]: ids}))

        assert [scene.memory.known(yours, *one) for one in every] == before
        await scene.end()

    asyncio.run(play())


class Signed(Record, frozen=True, kw_only=True):
    """A key that holds a caller's token."""

    name: str
    token: CallersToken | None


class SignedToo(Signed, frozen=True, kw_only=True):
    """One that has it from what it is made of."""

    number: int


class Wrapped(Record, frozen=True, kw_only=True):
    """One that has it further within."""

    keys: tuple[SignedToo, ...] = ()


@dataclass(frozen=True)
class Written:
    """One whose annotations are text."""

    token: "CallersToken"


class SpecialToken(CallersToken):
    """A caller's token of some kind."""


async def _as_key(self: object, key: CallersToken) -> None: ...
async def _perhaps(self: object, key: str | CallersToken) -> None: ...
async def _special(self: object, key: SpecialToken) -> None: ...
async def _as_text(self: object, key: "CallersToken") -> None: ...
async def _annotated(self: object, key: Annotated[CallersToken, "of the caller"]) -> None: ...
async def _in_a_tuple(self: object, key: tuple[str, CallersToken]) -> None: ...
async def _in_a_record(self: object, key: Signed) -> None: ...
async def _inherited(self: object, key: SignedToo) -> None: ...
async def _within(self: object, key: Wrapped) -> None: ...
async def _in_text(self: object, key: Written) -> None: ...
async def _besides(self: object, key: str, token: CallersToken) -> None: ...
async def _besides_by_name(self: object, key: str, *, token: CallersToken | None = None) -> None: ...


@pytest.mark.parametrize(
    "method",
    [
        _as_key,
        _perhaps,
        _special,
        _as_text,
        _annotated,
        _in_a_tuple,
        _in_a_record,
        _inherited,
        _within,
        _in_text,
        _besides,
        _besides_by_name,
    ],
)
def test_what_a_callers_token_fetches_is_not_remembered(method: Callable[..., Awaitable[None]]) -> None:
    """A method that takes one, as its key, anywhere in it, or besides, is refused when it is declared."""
    declare = remembered(Kind.PATIENTS, fresh=60, while_revalidate=60, on_error=0)

    with pytest.raises(TypeError, match="caller's token"):
        declare(method)


def settings(**changed: dict[str, Any]) -> Settings:
    """Three upstreams; some things of each may be told otherwise."""
    told: dict[str, dict[str, Any]] = {
        "canvas": {
            "fhir_url": "https://fhir.example",
            "token_url": "https://ehr.example/auth/token/",
            "client_id": "client",
            "client_secret": "secret",
        },
        "clinic": {"url": "https://clinic.example", "user_token": "user-token"},
        "eligibility": {"url": "https://eligibility.example", "token": "token"},
    }
    every = {name: one | changed.get(name, {}) for name, one in told.items()}
    return Settings(
        canvas=CanvasSettings.model_validate(every["canvas"]),
        clinic=ClinicSettings.model_validate(every["clinic"]),
        eligibility=EligibilitySettings.model_validate(every["eligibility"]),
    )


async def realms(tenant: str, settings: Settings) -> dict[str, str]:
    """The realm of each connector."""
    async with AsyncExitStack() as closing:
        return {
            kind.__name__.lower(): one.realm
            for kind, one in connect(settings, tenant, Payers(), closing).items()
        }


@pytest.mark.parametrize(
    ("system", "changed"),
    [
        ("canvas", {"fhir_url": "https://other.example"}),
        ("canvas", {"client_id": "other"}),
        ("clinic", {"url": "https://other.example"}),
        ("clinic", {"user_token": "other"}),
        ("eligibility", {"url": "https://other.example"}),
        ("eligibility", {"token": "other"}),
        (
            "eligibility",
            {
                "token": None,
                "token_url": "https://eligibility.example/token",
                "client_id": "client",
                "client_secret": "secret",
            },
        ),
    ],
)
async def test_another_upstream_or_credential_is_another_realm(system: str, changed: dict[str, Any]) -> None:
    """Its answers are its own; those of the other systems are as before."""
    as_is, other = await realms("one", settings()), await realms("one", settings(**{system: changed}))

    assert {name for name in as_is if as_is[name] != other[name]} == {system}


async def test_another_tenant_is_another_realm_everywhere() -> None:
    """Two tenants share nothing, although they reach the same upstreams with the same credentials."""
    one, other = await realms("one", settings()), await realms("other", settings())

    assert len({*one.values(), *other.values()}) == 6
    assert one == await realms("one", settings())


async def test_a_realm_holds_no_secret() -> None:
    """It is a part of keys, which others may see."""
    told = await realms("tenant-of-ours", settings())

    for secret in ("secret", "user-token", "token", "client", "tenant", "example"):
        assert not [realm for realm in told.values() if secret in realm]
