"""Ordinary families: who is not a named case. Each is decided by its number alone."""

from sandbox.book import Book, subscriber
from sandbox.ids import Draw
from sandbox.payors import PAYORS
from sandbox.people import Coverage, Period, Person

_WOMEN = """
Ada Agnes Alma Astrid Beryl Clara Cora Daphne Dora Edna Elsie Enid Esther Flora Greta Hester Ida Ivy June Kit
Leonor Lydia Marta Minerva Nadia Nora Olive Opal Pearl Petra Rosalind Ruth Saskia Thea Una Vera Winifred Yara
"""
_MEN = """
Abel Alder Amir Arlo August Barnaby Caspian Cedric Clem Dashiell Edmund Elias Emil Ezra Felix Gideon Hugo Ike
Jasper Jem Kofi Lars Leopold Linus Magnus Milo Ned Orson Oscar Percy Quentin Ravi Rollo Seth Tobias Uri Virgil
"""
_FAMILIES = """
Abernathy Alderwick Bellwether Birchall Blackthorn Brightwater Calloway Chaffinch Coldstream Crabtree
Cranleigh Dewhurst Dovecote Elderfield Emberson Fallowfield Foxglove Gooseberry Greenhalgh Haversham
Hawksley Heatherton Hollingberry Ironwood Jessamine Kingfisher Lambourne Lightfoot Lovelace Mapleton
Merrydew Millstone Nightingale Oatway Otterburn Partridge Peachtree Plumridge Quickthorn Ravenscroft Redfern
Rosethorn Sandalwood Shearwater Silverlock Snowdrop Sparrowhawk Stonebridge Swallowtail Tanglewood Thornbury
Tumbleweed Underwood Vetch Waterhouse Whitlock Wildgoose Willoughby Wintergreen Woodruff Yarrow
"""
_SURNAMES = tuple(_FAMILIES.split())
_GIVEN = (("female", tuple(_WOMEN.split())), ("male", tuple(_MEN.split())))
_TYPES = ("PPO", "HMO", "POS", "EHCPOL", "HSAPOL")
_PERIODS = (
    Period(start="2024-01-01", end="2099-12-31"),
    Period(start="2021-07-01"),
    Period(start="2025-01-01", end="2099-06-30"),
    Period(start="2020-01-01", end="2023-12-31"),
)
_NOT_LINKED = 4  # of every so many dependents who are patients one is not linked


def family(book: Book, number: int) -> None:
    """Register the family of that number: one adult or two, and children on the first one's coverage."""
    draw = Draw("family", number)
    surname = draw.pick(_SURNAMES)
    holder = _adult(book, draw, surname)
    coverage = _coverages(book, draw, holder)
    if draw.below(2):
        _join(book, holder, coverage, _adult(book, draw, surname), "spouse")
    for _ in range(draw.pick((0, 0, 1, 1, 2, 3))):
        _join(book, holder, coverage, _child(book, draw, surname), "child")
    _elsewhere(book, Draw("elsewhere", number), holder)


def _adult(book: Book, draw: Draw, surname: str) -> Person:
    return _person(book, draw, surname, 1936 + draw.below(66))


def _child(book: Book, draw: Draw, surname: str) -> Person:
    return _person(book, draw, surname, 2007 + draw.below(17))


def _person(book: Book, draw: Draw, surname: str, year: int) -> Person:
    gender, names = draw.pick(_GIVEN)
    given = draw.pick(names)
    middle = f" {draw.pick(names)}" if draw.below(3) == 0 else ""
    birth_date = f"{year}-{draw.below(12) + 1:02}-{draw.below(28) + 1:02}"
    if draw.below(8) == 0:
        return book.person(given + middle, surname, birth_date, gender, nickname=given[:3])
    return book.person(given + middle, surname, birth_date, gender)


def _coverages(book: Book, draw: Draw, holder: Person) -> Coverage | None:
    """The holder's own: usually one, sometimes two, sometimes none."""
    how_many = draw.pick((0, 1, 1, 1, 1, 1, 1, 1, 2, 2))
    own = [
        book.coverage(
            holder, draw.pick(PAYORS), order=order, type=draw.pick(_TYPES), period=draw.pick(_PERIODS)
        )
        for order in range(1, how_many + 1)
    ]
    return own[0] if own else None


def _join(book: Book, holder: Person, coverage: Coverage | None, member: Person, relationship: str) -> None:
    """The holder's dependent shares the holder's coverage: same number, payor, plan and period."""
    book.enroll(holder, member, relationship, linked=bool(Draw("linked", member.id).below(_NOT_LINKED)))
    if coverage is None:
        return
    book.coverage(
        member,
        relationship=relationship,
        member_id=coverage.member_id,
        subscriber=subscriber(holder),
        type=coverage.type,
        period=coverage.period,
        payor=coverage.payor,
        classes=coverage.classes,
    )


def _elsewhere(book: Book, draw: Draw, holder: Person) -> None:
    """In every third family somebody is a dependent at the clinic and nobody's patient."""
    if draw.below(3) == 0:
        name = f"{draw.pick(_GIVEN[draw.below(2)][1])} {holder.family}"
        birth_date = f"{1940 + draw.below(80)}-{draw.below(12) + 1:02}-{draw.below(28) + 1:02}"
        book.dependent(holder, name, birth_date, draw.pick(("child", "parent", "other")))
