"""What a person reads when something has started."""

from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel, SecretStr

from app.embedded import Upstreams
from app.settings import PREFIX, Settings
from app.upstreams import KNOWN
from sandbox.population import Population

FIRST_QUERY = """\
query {{
  patient(id: "{id}") {{
    name {{ text }}
    links {{ clinic {{ state id }} eligibility {{ state id }} }}
    coverages {{
      id
      status {{ code }}
      type {{ code }}
      memberId
      relationship {{ code }}
      period {{ start end }}
      order
      groupNumber
      payor {{ name }}
      plan {{ planName planType carrier }}
      latestEligibility {{
        status {{ code }}
        timestamp
        channel
        inNetwork {{
          individualDeductible {{ total remaining used }}
          familyDeductible {{ total remaining used }}
          individualOutOfPocket {{ total remaining used }}
          familyOutOfPocket {{ total remaining used }}
          coInsurancePercent
          coPay
          limitation {{ totalVisits visitsRemaining amountRemaining }}
        }}
      }}
    }}
    dependents {{ firstName relationship {{ code }} }}
  }}
}}"""

EACH_ALONE = f"each remembers for itself ({PREFIX}CACHE__URL lets them share)"

FIRST_CASE = "dependents-with-and-without-patient"


def first_query(population: Population) -> str:
    """A question about a real patient of the sandbox."""
    return FIRST_QUERY.format(id=population.case(FIRST_CASE).patient_ids[0])


def gateway_greeting(origin: str, settings: Settings, people: Population | None, workers: int = 1) -> str:
    """What is served, where, by how many, and a first question when there is somebody to ask about."""
    configured = [known.system for known in KNOWN if getattr(settings, known.system)]
    lines = [
        f"GraphQL and GraphiQL  {origin}/graphql",
        f"Schema                {origin}/schema.graphql",
        f"Health                {origin}/health/live  {origin}/health/ready",
        f"Metrics               {origin}/metrics",
        f"Upstreams             {', '.join(configured) or 'none configured'}",
    ]
    if workers > 1:
        shared = "they share what they remember" if settings.cache.shared else EACH_ALONE
        lines.append(f"Workers               {workers}; {shared}")
    if people:
        lines += [
            "",
            f"{len(people.people)} people live in the sandbox. Paste this into GraphiQL:",
            "",
            first_query(people),
        ]
    return "\n".join([*lines, "", "Stop with Ctrl-C."])


def sandbox_greeting(upstreams: Upstreams) -> str:
    """The settings that lead a gateway here."""
    lines = [f"export {name}={value}" for name, value in environment(upstreams).items()]
    return "\n".join(
        ["The upstreams are simulated. Lead a gateway here with", "", *lines, "", "Stop with Ctrl-C."]
    )


def environment(upstreams: Upstreams) -> dict[str, str]:
    """The environment variables that lead a gateway to these upstreams, and none of ours."""
    known = cast(Mapping[str, BaseModel], upstreams)
    return {
        f"{PREFIX}{upstream.upper()}__{name.upper()}": _plain(value)
        for upstream, settings in known.items()
        for name, value in settings.model_dump(exclude_defaults=True).items()
    }


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
