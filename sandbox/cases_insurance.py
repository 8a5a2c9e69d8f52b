"""More named cases: what the clinic and the eligibility service know, and where systems disagree."""

from dataclasses import replace
from decimal import Decimal

from sandbox.book import Book
from sandbox.cases import People
from sandbox.cases_plans import CASES_PLANS
from sandbox.checks import Amount, Benefits
from sandbox.identifiers import CLINIC_SYSTEM, CLINIK_SYSTEM, ELIGIBILITY_SYSTEM
from sandbox.insured import insured, relatives
from sandbox.payors import PAYORS


def no_clinic_link(book: Book) -> People:
    """A patient whom the eligibility service knows and the clinic does not."""
    return (
        insured(book, "Alba Wintersgill 1987-03-05 female", links=(ELIGIBILITY_SYSTEM, CLINIK_SYSTEM))[0],
    )


def no_eligibility_link(book: Book) -> People:
    """A patient whom the clinic knows and the eligibility service does not."""
    return (insured(book, "Casper Lindqvist 1964-11-21 male", links=(CLINIC_SYSTEM, CLINIK_SYSTEM))[0],)


def no_eligibility_record(book: Book) -> People:
    """A patient linked to the eligibility service, which was never asked about the coverage."""
    dinah, coverage = insured(book, "Dinah Purslow 1991-06-30 female")
    book.check(coverage, 0)
    return (dinah,)


def eligibility_check_failed(book: Book) -> People:
    """The newest check failed: it has errors and no response. An older one had told benefits."""
    errol, coverage = insured(book, "Errol Wainscott 1953-02-11 male", PAYORS[2])
    newest, older = book.check(coverage, 2)
    errors = (("75", "Subscriber/Insured Not Found"), "Please correct and resubmit")
    book.checks[coverage.id] = (replace(newest, status="FAILED", answer=None, errors=errors), older)
    return (errol,)


def null_benefit_amounts(book: Book) -> People:
    """Benefits of which some amounts are unknown; on the second coverage all of them."""
    fenella, first = insured(book, "Fenella Tregarthen 1979-08-17 female", PAYORS[3])
    second = book.coverage(fenella, PAYORS[4], order=2)
    some = Benefits(
        individual_deductible=Amount(Decimal(1500), None),
        individual_out_of_pocket=Amount(None, Decimal("1200.25")),
        family_out_of_pocket=Amount(Decimal(9000), Decimal(9000)),
        co_pay=Decimal("30.00"),
    )
    for coverage, benefits in ((first, some), (second, Benefits())):
        (known,) = book.check(coverage, 1)
        assert known.answer
        answer = replace(known.answer, in_network=benefits, out_of_network=None)
        book.checks[coverage.id] = (replace(known, answer=answer),)
    return (fenella,)


def several_channels(book: Book) -> People:
    """Four checks on three channels; the newest was entered by hand and tells other amounts."""
    gideon, coverage = insured(book, "Gideon Halloway 1969-10-04 male", PAYORS[5])
    channels = ("MANUAL_CAPTURE", "CLAIM_MD", "PVERIFY", "CLAIM_MD")
    enquiries = zip(book.check(coverage, len(channels)), channels, strict=True)
    book.checks[coverage.id] = tuple(replace(enquiry, channel=channel) for enquiry, channel in enquiries)
    return (gideon,)


def dob_mismatch(book: Book) -> People:
    """The clinic has day and month of the birth date the other way round."""
    nestor, _ = insured(book, "Nestor Goodbody 1980-03-09 male")
    (known,) = book.informations[nestor.id]
    book.informations[nestor.id] = (replace(known, birth_date="1980-09-03"),)
    return (nestor,)


def name_mismatch(book: Book) -> People:
    """The clinic has another family name, the eligibility service another first name."""
    margaret, coverage = insured(book, "Margaret Oxenbridge 1972-02-14 female", PAYORS[8])
    (known,) = book.informations[margaret.id]
    book.informations[margaret.id] = (replace(known, last_name="Oxenbridge-Vane"),)
    book.checks[coverage.id] = (replace(book.check(coverage, 1)[0], first_name="Peggy"),)
    return (margaret,)


def dependents_with_and_without_patient(book: Book) -> People:
    """Of four dependents two are patients, of whom one is linked; only the clinic knows the other two."""
    percival, coverage = insured(book, "Percival Landseer 1977-10-31 male", PAYORS[2])
    book.dependent(percival, "Honoria Landseer", "1949-01-06", "parent")
    family = relatives(
        book, percival, coverage, "Quilla Landseer 1978-05-25 female", "Rafe Landseer 2011-12-01 male"
    )
    book.enroll(percival, family[0], "spouse")
    book.enroll(percival, family[1], "child", linked=False)
    book.dependent(percival, "Silvan Oakes", "2015-03-03", "other")
    return (percival, *family)


def two_payors(book: Book) -> People:
    """Two coverages at two payors, each with a plan and a check; spouse and child are linked patients."""
    theodora, first = insured(book, "Theodora Vellacott 1981-11-08 female", PAYORS[0])
    plan = (("plan", f"{PAYORS[1].name} Gold"), ("group", "GRP-5150"))
    second = book.coverage(theodora, PAYORS[1], order=2, classes=plan)
    book.check(second, 1)
    family = relatives(
        book, theodora, first, "Ulric Vellacott 1980-04-16 male", "Verity Vellacott 2013-07-20 female"
    )
    for member, relationship in zip(family, ("spouse", "child"), strict=True):
        book.enroll(theodora, member, relationship)
    return (theodora, *family)


def two_person_informations(book: Book) -> People:
    """Two person informations at the clinic; the one updated last, which stands first, counts."""
    winston, _ = insured(book, "Winston Applecross 1962-08-03 male")
    (known,) = book.informations[winston.id]
    newest = replace(known, phone="+1-555-010-0199", updated_at="2025-08-01T12:00:00.000Z")
    older = replace(known, id=known.id + 1, email="winston.old@example.org", ssn="000-11-2222")
    book.informations[winston.id] = (newest, older)
    return (winston,)


CASES_INSURANCE = (
    no_clinic_link,
    no_eligibility_link,
    no_eligibility_record,
    eligibility_check_failed,
    null_benefit_amounts,
    several_channels,
    *CASES_PLANS,
    dob_mismatch,
    name_mismatch,
    dependents_with_and_without_patient,
    two_payors,
    two_person_informations,
)
