"""The named cases. A function registers the people whom its docstring describes; its name is the case's."""

from sandbox.book import Book, insurer, subscriber
from sandbox.ids import uuid
from sandbox.payors import PAYORS
from sandbox.people import Link, Period, Person

People = tuple[Person, ...]


def ordinary(book: Book) -> People:
    """One patient with one active coverage of her own."""
    odette = book.person("Odette", "Quillfeather", "1984-08-09", "female")
    book.coverage(odette)
    return (odette,)


def family_shared_member_number(book: Book) -> People:
    """Holder, spouse and child share one member number; the holder is everybody's subscriber."""
    bram = book.person("Bram Ellis", "Thistlewood", "1983-11-30", "male")
    iris = book.person("Iris", "Thistlewood", "1985-02-17", "female")
    wren = book.person("Wren", "Thistlewood", "2014-08-09", "female")
    number = book.coverage(bram, PAYORS[1], order=1).member_id
    for person, relationship in ((iris, "spouse"), (wren, "child")):
        book.coverage(
            person, PAYORS[1], relationship=relationship, member_id=number, subscriber=subscriber(bram)
        )
        book.enroll(bram, person, relationship)
    return bram, iris, wren


def primary_and_secondary(book: Book) -> People:
    """One patient with two active coverages, ranked 1 and 2; the second rank was registered first."""
    corin = book.person("Corin", "Ashgrove", "1979-05-21", "male")
    book.coverage(corin, PAYORS[3], order=2)
    book.coverage(corin, PAYORS[4], order=1)
    return (corin,)


def same_order_twice(book: Book) -> People:
    """Two active coverages that carry the same rank."""
    mabel = book.person("Mabel", "Fennimore", "1968-12-03", "female")
    book.coverage(mabel, PAYORS[5])
    book.coverage(mabel, PAYORS[6])
    return (mabel,)


def expired_but_active(book: Book) -> People:
    """A coverage that ended on 2023-12-31 and still has the status active."""
    jonah = book.person("Jonah", "Pepperdine", "1990-03-14", "male")
    book.coverage(jonah, PAYORS[7], period=Period(start="2022-01-01", end="2023-12-31"))
    return (jonah,)


def cancelled(book: Book) -> People:
    """One coverage that was cancelled, and one in force."""
    tamsin = book.person("Tamsin", "Larkspur", "1975-07-07", "female")
    book.coverage(tamsin, PAYORS[8], status="cancelled")
    book.coverage(tamsin, PAYORS[9])
    return (tamsin,)


def entered_in_error(book: Book) -> People:
    """One coverage that was entered in error, and one in force."""
    ludo = book.person("Ludo", "Merriweather", "1988-10-25", "male")
    book.coverage(ludo, PAYORS[0], status="entered-in-error")
    book.coverage(ludo, PAYORS[2], order=2)
    return (ludo,)


def future_start(book: Book) -> People:
    """The only coverage starts on 2099-01-01."""
    pia = book.person("Pia", "Underhill", "2001-01-31", "female")
    book.coverage(pia, PAYORS[1], period=Period(start="2099-01-01"))
    return (pia,)


def more_than_twenty_coverages(book: Book) -> People:
    """Twenty-five coverages of one patient: more than two pages of Canvas's default ten."""
    otto = book.person("Otto", "Wickersham", "1951-04-02", "male")
    for nth in range(25):
        status = "active" if nth % 3 else "cancelled"
        book.coverage(otto, PAYORS[nth % len(PAYORS)], status=status, order=min(nth + 1, 5))
    return (otto,)


def payor_display_leading_blanks(book: Book) -> People:
    """The payor's display begins with a blank, as in Canvas's own example."""
    hazel = book.person("Hazel", "Drummond", "1962-06-15", "female")
    payor = Link(reference=insurer(PAYORS[2]).reference, name=PAYORS[2].name, display=f" {PAYORS[2].name}")
    book.coverage(hazel, PAYORS[2], payor=payor)
    return (hazel,)


def dangling_payor(book: Book) -> People:
    """The payor refers to an Organization that does not exist; only its display tells who it was."""
    silas = book.person("Silas", "Copperfield", "1970-09-19", "male")
    nobody = f"Organization/{uuid('payor', 'dissolved')}"
    book.coverage(silas, payor=Link(reference=nobody, name=None, display="Dissolved Mutual of Avon"))
    return (silas,)


def unicode_name(book: Book) -> People:
    """Names beyond ASCII: accents, a typographic apostrophe, a combining diaeresis, an astral character."""
    zoe = book.person("Zoe\u0308 Žofia", "Ñúñez-O\u2019Connor", "1993-02-28", "female")
    taro = book.person("Tarō", "𠮷田", "1958-08-18", "male")
    book.coverage(zoe, PAYORS[3])
    book.coverage(taro, PAYORS[3], member_id="ÄÖ-0042")
    return zoe, taro


def subscriber_not_a_patient_here(book: Book) -> People:
    """The subscriber's reference leads to a Patient whom this Canvas does not know (404)."""
    nell = book.person("Nell", "Barrowclough", "2012-05-05", "female")
    stranger = Link(reference=f"Patient/{uuid('patient', 'stranger').hex}", name=None)
    book.coverage(nell, PAYORS[4], relationship="child", x12="43", subscriber=stranger)
    return (nell,)


def no_coverage(book: Book) -> People:
    """A patient without any coverage."""
    return (book.person("Fergus", "Oakenshaw", "1999-11-11", "male"),)


def open_ended(book: Book) -> People:
    """A coverage without an end."""
    viola = book.person("Viola", "Stanhope", "1947-03-29", "female")
    book.coverage(viola, PAYORS[11], type="HMO", period=Period(start="2012-04-01"))
    return (viola,)


def no_class(book: Book) -> People:
    """A coverage that names neither plan nor group."""
    amos = book.person("Amos", "Tillery", "1981-01-08", "male")
    book.coverage(amos, PAYORS[5], classes=())
    return (amos,)


def code_not_known(book: Book) -> People:
    """Types that no list has, relationships that Canvas only reads, and one that nobody knows."""
    edith = book.person("Edith", "Marlowe", "1956-10-10", "female")
    book.coverage(edith, PAYORS[6], type="ZZPLAN", relationship="parent")
    book.coverage(edith, PAYORS[7], relationship="common", order=2)
    book.coverage(edith, PAYORS[8], type="HOUSEBOAT", relationship="sponsored", x12=None, order=3)
    return (edith,)


def inactive_patient(book: Book) -> People:
    """A patient no longer active, known by a nickname too, whose coverage is in force all the same."""
    gwen = book.person("Gwendolyn", "Fairweather", "1938-12-24", "female", active=False, nickname="Gwen")
    book.coverage(gwen, PAYORS[11])
    return (gwen,)


def unlinked(book: Book) -> People:
    """A patient whom no other system knows: no external identifier."""
    rufus = book.person("Rufus", "Kettleworth", "2005-07-04", "male", links=())
    book.coverage(rufus, PAYORS[9])
    return (rufus,)


CASES = (
    ordinary,
    family_shared_member_number,
    primary_and_secondary,
    same_order_twice,
    expired_but_active,
    cancelled,
    entered_in_error,
    future_start,
    more_than_twenty_coverages,
    payor_display_leading_blanks,
    dangling_payor,
    unicode_name,
    subscriber_not_a_patient_here,
    no_coverage,
    open_ended,
    no_class,
    code_not_known,
    inactive_patient,
    unlinked,
)
