"""The questions that the benchmark asks.

The README's first query, of one patient and of twenty; the same facts by way of the insurance summary, with
all that it concludes; and a day's list of such summaries.
"""

import json
from collections.abc import Mapping, Sequence

from app.greeting import FIRST_QUERY

AT_ONCE = 20

_WHOLE = FIRST_QUERY.format(id="")
_SELECTION = _WHOLE[_WHOLE.index(")") + 1 : _WHOLE.rindex("}")].strip()

ONE = f"query Summary($p0: ID!) {{ p0: patient(id: $p0) {_SELECTION} }}"
MANY = (
    "query Summaries("
    + " ".join(f"$p{number}: ID!" for number in range(AT_ONCE))
    + ") {"
    + " ".join(f"p{number}: patient(id: $p{number}) {{ ...summary }}" for number in range(AT_ONCE))
    + f"}} fragment summary on Patient {_SELECTION}"
)


_CONCLUDED = """
  coverages {
    rank
    inForce { value reasons }
    coverage { id status { code } type { code } period { start end } order }
    memberId
    relationship { code }
    groupNumber
    payor { name }
    plan { planName planType carrier }
    lastCheck { status { code } timestamp channel }
    inNetwork {
      individualDeductible { total remaining used }
      familyDeductible { total remaining used }
      individualOutOfPocket { total remaining used }
      familyOutOfPocket { total remaining used }
      coInsurancePercent
      coPay
      limitation { totalVisits visitsRemaining amountRemaining }
    }
  }
  notInForce { coverage { id } inForce { value reasons } }
  dependents { firstName relationship { code } }
  warnings { code coverageIds }
  unsaid { part code coverageIds }
"""
SUMMARY = f"""query Summary($p0: ID!) {{ p0: patient(id: $p0) {{
  name {{ text }}
  links {{ clinic {{ state id }} eligibility {{ state id }} }}
  insuranceSummary {{ {_CONCLUDED} }}
}} }}"""
LIST = f"""query List($ids: [ID!]!) {{
  patientsSummary(patientIds: $ids) {{ patientId insuranceSummary {{ {_CONCLUDED} }} }}
}}"""


def request(patients: Sequence[str]) -> bytes:
    """The HTTP request that asks for the summary of one patient, or of twenty."""
    variables = {f"p{number}": patient for number, patient in enumerate(patients)}
    return post(ONE if len(patients) == 1 else MANY, variables)


def post(query: str, variables: Mapping[str, object]) -> bytes:
    """The HTTP request that asks this."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    return (
        b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        b"accept: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    ) + body


def requests(patients: Sequence[str], at_once: int) -> list[bytes]:
    """A request for each so many of the patients; those left over are not asked for."""
    groups = zip(*[iter(patients)] * at_once, strict=False)
    return [request(group) for group in groups]
