"""From the rows of the clinic's lists of people to what is shown."""

import strawberry

from benchmarks.ordinary.codes import DependentRelationshipCode
from benchmarks.ordinary.patient import Dependent, DependentRelationship, PersonInformation
from benchmarks.ordinary.values import Json, coded, day


def newest_person(rows: list[Json]) -> PersonInformation | None:
    """The row that was updated last; None when there are no rows."""
    return max(map(_person, rows), key=lambda person: person.updated_at, default=None)


def _person(row: Json) -> PersonInformation:
    return PersonInformation(
        first_name=row["first_name"],
        last_name=row["last_name"],
        date_of_birth=day(row["date_of_birth"]),
        ssn_masked=f"***-**-{row['ssn'][-4:]}" if row["ssn"] else None,
        phone=row["phone"],
        email=row["email"],
        updated_at=row["updated_at"],
    )


def dependent(row: Json) -> Dependent:
    """From one row of the list of a holder."""
    relationship = row["relationship"]
    return Dependent(
        id=strawberry.ID(str(row["id"])),
        first_name=row["first_name"],
        last_name=row["last_name"],
        date_of_birth=day(row["date_of_birth"]),
        relationship=DependentRelationship(code=coded(DependentRelationshipCode, relationship))
        if relationship
        else None,
    )
