"""Which of the checks that came are told, and in which order."""

import msgspec
import pytest

from connectors.eligibility.codes import EligibilityChannel
from connectors.eligibility.search import HistorySearch
from tests.connectors.eligibility_answers import JANE, page, record, told

OTHER_CHANNEL = record("other", channel_id="CLAIM_MD")


@pytest.mark.parametrize(
    "other",
    [
        record(patient_id=12346),
        record(patient_id=None),
        record(insurance_number="W58596592"),
        record(insurance_number=None),
        record(insurance_number=""),
    ],
    ids=["patient", "no patient", "number", "no number", "empty number"],
)
async def test_checks_of_others(other: object) -> None:
    """A check of another patient or member is dropped, without a word: a filter was ignored."""
    history = await told(page(record("first"), other, record("last")))
    assert [check.id for check in history.items] == ["first", "last"]
    assert history.bad_entries == 0


@pytest.mark.parametrize(
    "stored", ["W585965926", " w585965926 ", "W585-965-926", "w 585 965 926"], ids=range(4)
)
@pytest.mark.parametrize("sent", ["W585965926", "w585965926", "W585-965926", " W585 965926"], ids=range(4))
async def test_member_numbers_compare_as_people_type_them(stored: str, sent: str) -> None:
    """Case, blanks and dashes make no other member."""
    history = await told(
        page(record(insurance_number=sent)), HistorySearch(patient_id="12345", member_id=stored)
    )
    assert history.latest is not None
    assert history.latest.member_id == sent


@pytest.mark.parametrize(
    ("channel", "ids"),
    [
        (None, ["other", "odd", "edi"]),
        (EligibilityChannel.EDI, ["edi"]),
        (EligibilityChannel.CLAIM_MD, ["other"]),
        (EligibilityChannel.SPRY, []),
    ],
)
async def test_checks_of_other_channels(channel: EligibilityChannel | None, ids: list[str]) -> None:
    """When a channel is asked for, checks of others are dropped."""
    search = msgspec.structs.replace(JANE, channel=channel)
    records = page(OTHER_CHANNEL, record("odd", channel_id="FAX"), record("edi", channel_id="EDI"))
    history = await told(records, search)
    assert [check.id for check in history.items] == ids


@pytest.mark.parametrize(
    ("stamps", "order"),
    [
        (["2025-05-03T00:00:00", "2025-05-02T00:00:00", "2025-05-01T00:00:00"], [0, 1, 2]),
        (["2025-05-01T00:00:00", "2025-05-03T00:00:00", "2025-05-02T00:00:00"], [1, 2, 0]),
        (["2025-05-01T00:00:00", "2025-05-01T00:00:00", "2025-05-01T00:00:00"], [0, 1, 2]),
        ([None, "2025-05-01T00:00:00", "soon"], [1, 0, 2]),
        ([None, None, None], [0, 1, 2]),
        (["2025-05-01T10:00:00Z", "2025-05-01T11:30:00+02:00", "2025-05-01T10:30:00"], [2, 0, 1]),
    ],
)
async def test_newest_first(stamps: list[str | None], order: list[int]) -> None:
    """Checks are told newest first whatever came, in the service's order where times do not differ."""
    history = await told(page(*[record(str(n), timestamp=stamp) for n, stamp in enumerate(stamps)]))
    assert [int(check.id) for check in history.items] == order
    assert history.latest is history.items[0]
