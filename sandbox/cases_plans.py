"""More named cases: how a coverage names its plan, and what the clinic's catalogue makes of it."""

from sandbox.book import Book
from sandbox.cases import People
from sandbox.insured import insured
from sandbox.payors import PAYORS


def plan_name_other_case(book: Book) -> People:
    """Canvas writes the plan's name in other letters than the clinic: capitals there, mixed case here."""
    return (insured(book, "Henrietta Blakeney 1982-01-27 female", PAYORS[0], "Northlake Silver PPO")[0],)


def plan_name_other_wording(book: Book) -> People:
    """Canvas writes "and", a hyphen and "Plan" in the plan's name, the clinic an ampersand and neither."""
    plan = "Granite and Vale Gold-PPO Plan"
    return (insured(book, "Ivor Penruddock 1958-12-12 male", PAYORS[3], plan)[0],)


def plan_not_in_catalogue(book: Book) -> People:
    """A plan that the clinic's catalogue does not have."""
    return (insured(book, "Jocasta Merrill 1996-04-23 female", PAYORS[6], "Moonbeam Saver 2000")[0],)


def plan_name_at_two_carriers(book: Book) -> People:
    """Two carriers sell a plan of that name: one patient's payor is one of them, the other's is neither."""
    keziah, _ = insured(book, "Keziah Thornfield 1974-09-02 female", PAYORS[5], "Freedom Choice")
    lorcan, _ = insured(book, "Lorcan Maddox 1985-05-19 male", PAYORS[7], "Freedom Choice")
    return keziah, lorcan


def inactive_plan(book: Book) -> People:
    """The plan is in the catalogue, and no longer active."""
    return (insured(book, "Minna Ravenhill 1967-07-13 female", PAYORS[9], "Cedar River Heritage")[0],)


CASES_PLANS = (
    plan_name_other_case,
    plan_name_other_wording,
    plan_not_in_catalogue,
    plan_name_at_two_carriers,
    inactive_plan,
)
