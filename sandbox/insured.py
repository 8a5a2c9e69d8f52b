"""Insured patients in one line each, for the named cases."""

from collections.abc import Iterable

from sandbox.book import Book, subscriber
from sandbox.identifiers import EVERYWHERE
from sandbox.payors import PAYORS
from sandbox.people import Coverage, Payor, Person


def insured(
    book: Book,
    who: str,
    payor: Payor = PAYORS[0],
    plan: str | None = None,
    links: Iterable[str] = EVERYWHERE,
) -> tuple[Person, Coverage]:
    """A patient known everywhere ("First Last birth-date gender"), with one coverage, asked about once."""
    person = book.person(*who.split(), links=links)
    classes = (("plan", plan or f"{payor.name} Silver"), ("group", "GRP-4242"))
    coverage = book.coverage(person, payor, classes=classes)
    book.check(coverage, 1)
    return person, coverage


def relatives(
    book: Book, holder: Person, coverage: Coverage, spouse: str, child: str
) -> tuple[Person, Person]:
    """Spouse and child on the holder's coverage."""
    first, second = (
        book.person(*spouse.split(), links=EVERYWHERE),
        book.person(*child.split(), links=EVERYWHERE),
    )
    for member, relationship in ((first, "spouse"), (second, "child")):
        shared = book.coverage(
            member,
            relationship=relationship,
            member_id=coverage.member_id,
            subscriber=subscriber(holder),
            payor=coverage.payor,
            classes=coverage.classes,
        )
        book.check(shared, 1)
    return first, second
