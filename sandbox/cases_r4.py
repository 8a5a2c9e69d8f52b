"""More named cases: what another FHIR R4 server may say and Canvas never does (mode `plain-r4`)."""

from sandbox.book import Book, insurer, subscriber
from sandbox.cases import People
from sandbox.payors import PAYORS
from sandbox.people import Link, Period


def partial_birth_date(book: Book) -> People:
    """A birth date of which only year and month are known."""
    ansel = book.person("Ansel", "Rookwood", "1961-07", "male", birth_date=None)
    book.coverage(ansel, PAYORS[0])
    return (ansel,)


def date_time_period(book: Book) -> People:
    """A period written with times and an offset; its days are the days as written."""
    della = book.person("Della", "Hargreaves", "1977-02-02", "female")
    period = Period(
        start="2024-01-01",
        end="2098-12-31",
        start_text="2024-01-01T00:00:00-06:00",
        end_text="2098-12-31T23:59:59.999-06:00",
    )
    book.coverage(della, PAYORS[1], period=period)
    return (della,)


def partial_period(book: Book) -> People:
    """Periods written as years and months, which cover all of them, and a coverage without any period."""
    cyrus = book.person("Cyrus", "Penhaligon", "1986-06-16", "male")
    years = Period(start="2024-01-01", end="2098-12-31", start_text="2024", end_text="2098")
    months = Period(start="2023-03-01", end="2024-02-29", start_text="2023-03", end_text="2024-02")
    book.coverage(cyrus, PAYORS[2], period=years)
    book.coverage(cyrus, PAYORS[3], period=months, order=2)
    book.coverage(cyrus, PAYORS[4], period=None, order=3)
    return (cyrus,)


def related_person_subscriber(book: Book) -> People:
    """The subscriber is a RelatedPerson, named beside the reference, and not a patient."""
    posy = book.person("Posy", "Gallowglass", "2016-01-20", "female")
    aunt = book.relative(posy, "Beatrix Gallowglass")
    link = Link(reference=f"RelatedPerson/{aunt.id}", name=aunt.name, display=aunt.name)
    book.coverage(posy, PAYORS[5], relationship="other", subscriber=link)
    return (posy,)


def patient_as_payor(book: Book) -> People:
    """A patient who pays herself: the payor is a Patient."""
    lena = book.person("Lena", "Birdwhistle", "1972-04-27", "female")
    payor = Link(reference=subscriber(lena).reference, name=lena.name, display=lena.name)
    book.coverage(lena, type="pay", payor=payor, classes=())
    return (lena,)


def name_as_text_only(book: Book) -> People:
    """A name that is given as one text, without its parts."""
    basil = book.person("Basil", "Featherstonehaugh", "1949-09-09", "male", text_only=True)
    book.coverage(basil, PAYORS[6])
    return (basil,)


def contained_payor(book: Book) -> People:
    """The payor is contained in the coverage and exists nowhere else."""
    tess = book.person("Tess", "Winterbourne", "1995-05-30", "female")
    book.coverage(tess, payor=Link(reference="#payor", name="Village Sickness Fund"))
    return (tess,)


def absolute_references(book: Book) -> People:
    """Subscriber, beneficiary and payor are referred to by absolute URLs of this server."""
    rhys = book.person("Rhys", "Applegarth", "2010-10-01", "male")
    book.coverage(rhys, PAYORS[7], absolute=True)
    return (rhys,)


def draft(book: Book) -> People:
    """A coverage that is still a draft."""
    cleo = book.person("Cleo", "Montrose", "1982-08-28", "female")
    book.coverage(cleo, PAYORS[8], status="draft", payor=insurer(PAYORS[8]))
    return (cleo,)


CASES_R4 = (
    partial_birth_date,
    date_time_period,
    partial_period,
    related_person_subscriber,
    patient_as_payor,
    name_as_text_only,
    contained_payor,
    absolute_references,
    draft,
)
