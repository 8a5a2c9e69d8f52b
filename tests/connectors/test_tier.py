"""The shared tier: what one process asked for, the others are given; and nothing else."""

import asyncio
import random

import pytest
from redis.asyncio import Redis

from connectors.cache import Kind, remembered
from connectors.drop import Drop
from connectors.errors import Forbidden, Unreachable
from connectors.reading import How
from connectors.store.envelope import LARGEST
from tests.connectors.sharing import ABSENT, FRESH, LONG, Archive, Note, Office, until


async def calls(client: Redis) -> dict[str, int]:
    """How often each command was carried out."""
    return {
        name.removeprefix("cmdstat_"): one["calls"]
        for name, one in (await client.info("commandstats")).items()
    }


async def answers(client: Redis) -> list[bytes]:
    """The names of all answers."""
    return [name async for name in client.scan_iter() if b":" not in name]


async def test_what_one_process_asked_another_is_given(shared: Office) -> None:
    """With the age that it has, and without a question to the upstream."""
    one, two = await shared.two()
    assert await one.read() == "here a from one 1"
    await one.sent()
    shared.clock.go_on(100)

    reading = two.memory.read(two.archive, Archive.book, "a")
    assert await reading.answer == "here a from one 1"

    assert two.archive.asked == []
    assert 100 <= two.memory.read(two.archive, Archive.book, "a").age < 110
    shared.clock.go_on(LONG - 100)
    assert two.how() is How.STALE


async def test_records_arrive_as_they_were(shared: Office) -> None:
    """Equal in all they say, and as old as they are."""
    one, two = await shared.two()
    note = await one.read("a", Archive.note)
    notes = await one.read("a", Archive.notes)
    await one.sent()

    assert await two.read("a", Archive.note) == note
    assert await two.read("a", Archive.notes) == notes
    assert two.archive.asked == []


async def test_a_wave_is_one_command(shared: Office, client: Redis) -> None:
    """However many answers are missed together, the tier is asked for them once."""
    one, two = await shared.two()
    keys = [f"key {number}" for number in range(200)]
    await asyncio.gather(*map(one.read, keys))
    await one.sent()
    await client.config_resetstat()

    await asyncio.gather(*map(two.read, keys))

    asked = await calls(client)
    assert (asked["mget"], asked.get("eval", 0), asked.get("get", 0)) == (1, 0, 0)
    assert two.archive.asked == []


async def test_a_wave_that_nobody_knows_takes_two(shared: Office, client: Redis) -> None:
    """One question for the answers, one for the right to ask; a few to keep them, not one for each."""
    one, _ = await shared.two()
    keys = [f"key {number}" for number in range(200)]
    one.archive.opened.clear()
    reading = asyncio.gather(*map(one.read, keys))
    await until(lambda: len(one.archive.asked) == len(keys))
    asked = await calls(client)
    assert (asked["mget"], asked["eval"]) == (1 + len(keys), 1)  # the script's own are counted too

    one.archive.opened.set()
    await reading
    await one.sent()

    asked = await calls(client)
    assert asked["mset"] <= 4
    assert asked["eval"] <= 5


async def test_a_hundred_misses_in_each_process_ask_once(shared: Office) -> None:
    """Of all who miss the same key at the same time, in whichever process, one asks."""
    processes = [await shared.process(name) for name in ("one", "two", "three")]
    for process in processes:
        process.archive.opened.clear()
    reading = asyncio.gather(*(process.read() for process in processes for _ in range(100)))
    await until(lambda: any(process.archive.asked for process in processes))
    for process in processes:
        process.archive.opened.set()

    assert len(set(await reading)) == 1
    assert sum(len(process.archive.asked) for process in processes) == 1


async def test_an_absence_is_shared_for_its_seconds(shared: Office, client: Redis) -> None:
    """That there is none is an answer too; it is not given, nor kept, for longer."""
    one, two = await shared.two()
    assert await one.read("none") is None
    await one.sent()
    (name,) = await answers(client)
    assert await client.pttl(name) <= 1000 * ABSENT

    assert await two.read("none") is None
    assert two.archive.asked == []
    shared.clock.go_on(ABSENT)
    await two.read("none")
    assert two.archive.asked == ["none"]


async def test_what_is_past_its_fresh_age_is_asked_anew(shared: Office, client: Redis) -> None:
    """The tier gives fresh answers only, and keeps none longer."""
    one, two = await shared.two()
    await one.text()
    await one.sent()
    (name,) = await answers(client)
    assert await client.pttl(name) <= 1000 * FRESH

    shared.clock.go_on(FRESH)

    assert await two.text() == "here a from two 1"


async def test_who_asks_for_younger_data_passes_the_tier_by(shared: Office) -> None:
    """What a client must have anew is asked of the upstream, by each; afterwards it is shared."""
    one, two = await shared.two()
    await one.text()
    await one.sent()

    assert await two.text(max_age=0) == "here a from two 1"

    await two.sent()
    three = await shared.process("three")
    assert await three.text() == "here a from two 1"


async def test_who_asks_for_younger_data_joins_a_question_to_the_upstream(shared: Office) -> None:
    """What is being asked of the upstream already is young enough for everybody."""
    one, _ = await shared.two()
    one.archive.opened.clear()
    first = asyncio.ensure_future(one.text())
    await until(lambda: one.archive.asked == ["a"])
    second = asyncio.ensure_future(one.text(max_age=0))
    await asyncio.sleep(0)
    one.archive.opened.set()

    assert await first == await second == "here a from one 1"


async def test_a_renewal_takes_what_another_renewed(shared: Office) -> None:
    """Shortly before its end an answer is renewed: from the tier if a younger one is there, else anew."""
    one, two = await shared.two()
    for process in (one, two):
        await process.text()
        await process.sent()
    shared.clock.go_on(FRESH - 3)
    two.memory._chance = lambda: 1.0
    two.memory.missed()
    assert await two.text() == "here a from one 1"  # to be renewed at once

    assert await two.text() == "here a from one 1"
    await until(lambda: two.archive.asked == ["a"])
    await two.sent()

    assert await two.text() == "here a from two 1"
    one.memory._store.get(one.slot("a", Archive.note)).early = 0  # type: ignore[union-attr]  # it is there
    assert await one.text() == "here a from one 1"
    await until(lambda: not one.memory.renewing)
    assert await one.text() == "here a from two 1"
    assert one.archive.asked == ["a"]


async def test_a_failure_is_not_shared(shared: Office) -> None:
    """Whose upstream fails is told so, and nobody else is."""
    one, two = await shared.two()
    one.archive.failure = Unreachable("archive")
    with pytest.raises(Unreachable):
        await one.read()

    assert await two.read() == "here a from two 1"
    await two.sent()
    assert await one.read() == "here a from two 1"


async def test_who_was_refused_is_not_given_what_others_have(shared: Office) -> None:
    """After a 403 a process is given nothing of that key that was asked for before."""
    one, two = await shared.two()
    await two.text()
    await two.sent()
    one.archive.failure = Forbidden("archive")
    with pytest.raises(Forbidden):
        await one.text(max_age=0)

    with pytest.raises(Forbidden):
        await one.text()


class Longer(Note, frozen=True, kw_only=True):
    """A note of another version."""

    author: str | None = None


async def test_another_version_of_the_records_is_another_name(shared: Office) -> None:
    """What a gateway with other records kept is not taken for one of ours."""
    one, _ = await shared.two()

    class Later(Archive):
        @remembered(Kind.PATIENTS, fresh=60, while_revalidate=60, on_error=0)
        async def note(self, key: str) -> Longer | None:
            """The note of this key."""

    Later.__name__ = "Archive"
    assert repr(Later.note) == repr(Archive.note)
    names = [one.tier._envelopes.name(one.slot("a", fetch)) for fetch in (Later.note, Archive.note)]

    assert len(set(names)) == 2


@pytest.mark.parametrize("kind", ["rubbish", "cut", "longer", "of another key", "list", "hash"])
async def test_rubbish_costs_a_question_and_nothing_else(shared: Office, client: Redis, kind: str) -> None:
    """Whatever stands in an answer's place: the upstream is asked, and the others in the wave are found."""
    one, two = await shared.two()
    for key in "abc":
        await one.read(key)
    await one.sent()
    names = {key: one.tier._envelopes.name(one.slot(key)) for key in "abc"}
    value, of_another = await client.mget(names["a"], names["b"])
    assert isinstance(value, bytes)
    assert isinstance(of_another, bytes)
    await client.delete(names["a"])
    match kind:
        case "list":
            await client.rpush(names["a"], value)
        case "hash":
            await client.hset(names["a"], "answer", value)
        case "rubbish":
            await client.set(names["a"], b"rubbish")
        case "cut":
            await client.set(names["a"], value[:-1])
        case "longer":
            await client.set(names["a"], value + b"\0")
        case "of another key":
            await client.set(names["a"], of_another)

    assert await asyncio.gather(*map(two.read, "abc")) == [
        "here a from two 1",
        "here b from one 2",
        "here c from one 3",
    ]
    assert two.tier.up


async def test_keys_and_answers_that_utf_8_cannot_say_are_not_shared(shared: Office) -> None:
    """A client's string may hold half a character. Whoever asks is answered, and those beside them."""
    one, two = await shared.two()

    told = await asyncio.gather(*map(one.read, ("a \udfff", "b")))
    assert told == ["here a \udfff from one 1", "here b from one 2"]
    await one.sent()

    told = await asyncio.gather(*map(two.read, ("a \udfff", "b")))
    assert told == ["here a \udfff from two 1", "here b from one 2"]
    assert one.memory.drop(Drop(key=("here", "Archive.book", '"b"'))) == 1


async def test_what_is_too_large_or_not_to_be_kept_is_not_shared(shared: Office, client: Redis) -> None:
    """An answer of more than a megabyte would be waited for too long; one without a lifetime is nobody's."""
    one, _ = await shared.two()
    await one.read("a" * LARGEST)
    one.tier.keep(one.slot("b"), "answer", one.tier.now(), 0)
    await one.sent()

    assert await answers(client) == []


async def test_tenants_and_credentials_never_cross(shared: Office) -> None:
    """Whatever four realms read, change and drop through one tier, each is told its own answers only.

    And once all have heard of a drop, nothing that was asked for before is given any more.
    """
    dice = random.Random(20)  # noqa: S311  # a walk that can be repeated
    realms = [f"{tenant} {credential}" for tenant in ("north", "south") for credential in "xy"]
    processes = [await shared.process(name, realm=realm) for realm in realms for name in ("one", "two")]
    for one, two in zip(processes[::2], processes[1::2], strict=True):
        two.archive.editions = one.archive.editions

    for _ in range(400):
        process, key = dice.choice(processes), dice.choice("abc")
        match dice.randrange(12):
            case 0:
                process.archive.editions[key] += 1
                process.memory.drop(Drop(patients={process.archive.realm: frozenset({f"of {key}"})}))
                await process.told()
                await asyncio.gather(*(one.heard() for one in processes))
            case 1:
                process.memory.missed()
            case 2:
                shared.clock.go_on(7)
            case _:
                told = await asyncio.gather(*(one.text(key) for one in processes))
                for one, text in zip(processes, told, strict=True):
                    assert text.startswith(f"{one.archive.realm} {key} from ")
                    assert text.count("*") == one.archive.editions[key]
    assert sum(len(one.archive.asked) for one in processes) < 400 * len(processes) / 4
