"""The dozen insurers that everybody shares. Their names, cities and payer ids are made up."""

from sandbox.ids import uuid
from sandbox.people import Payor

_ROWS = (
    ("Northlake Mutual", "NLM01", "Duluth", "MN", "55802"),
    ("Blue Heron Health Plan", "BHH02", "Eugene", "OR", "97401"),
    ("Custody Medical Services Program", "CMS13", "Fresno", "CA", "93721"),
    ("Granite State Assurance", "GSA04", "Concord", "NH", "03301"),
    ("Prairie Cooperative Insurance", "PCI05", "Salina", "KS", "67401"),
    ("Harborlight Benefits", "HLB06", "Portland", "ME", "04101"),
    ("Red Mesa Health", "RMH07", "Gallup", "NM", "87301"),
    ("Tidewater Family Care", "TFC08", "Norfolk", "VA", "23510"),
    ("Summit & Vale Insurance, Inc.", "SVI09", "Provo", "UT", "84601"),
    ("Cedar River Employees Trust", "CRE10", "Waterloo", "IA", "50703"),
    ("Old Orchard Dental", "OOD11", "Skokie", "IL", "60077"),
    ("Silver Birch Medicare Advantage", "SBM12", "Bangor", "ME", "04401"),
)


def _payor(number: int, row: tuple[str, str, str, str, str]) -> Payor:
    name, claim_md, city, state, postal_code = row
    return Payor(
        id=str(uuid("payor", claim_md)),
        name=name,
        claim_md=claim_md,
        city=city,
        state=state,
        postal_code=postal_code,
        phone=f"55501001{number:02}",
    )


PAYORS = tuple(_payor(number, row) for number, row in enumerate(_ROWS, start=1))
