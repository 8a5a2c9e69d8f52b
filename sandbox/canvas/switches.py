"""How one Canvas instance differs from another, and how the simulated one may be made to behave."""

from dataclasses import dataclass
from typing import Literal

from sandbox.population import PeopleMode

CanvasMode = Literal["canvas", "plain-r4", "ignores-filters"]


def people_of(mode: CanvasMode) -> PeopleMode:
    """Which people a Canvas in this mode has: `plain-r4` knows further cases."""
    return "plain-r4" if mode == "plain-r4" else "canvas"


@dataclass(frozen=True, kw_only=True)
class Switches:
    """The defaults are what Canvas's documentation described in 2025.

    mode: `canvas`; `plain-r4` answers in forms that FHIR R4 allows and Canvas does not use (absolute links,
        fullUrl, entries that are no matches, contained references, elements nobody models), but is searched
        like Canvas; `ignores-filters` answers each search with everything of that type.
    code_systems: `valueset` spells them `http://hl7.org/fhir/ValueSet/…` (reference pages); `terminology`
        spells them `http://terminology.hl7.org/CodeSystem/…` (vendor's example requests, since October 2025)
        and writes the member number as an identifier of type MB too, by which one may search.
    removed_status: the status by which a write removes a coverage: `cancelled`, or `entered-in-error` as
        before November 2023; the other one is refused. What the people's coverages say does not change.
    create_shape: the answer to a write. `empty`: no body, absolute Location (since July 2024);
        `null-history`: body `null`, Location with `/_history/1` (before); `relative`: no body, relative
        Location, on updates too.
    location_scheme: of an absolute Location: as the request came (`same`), or always `http` or `https`.
    token_lifetime: seconds; Canvas says 36000.
    page_size: entries in a page when `_count` is not given. page_cap: most entries in a page.
    latency: seconds before any answer, token endpoint included.
    """

    mode: CanvasMode = "canvas"
    code_systems: Literal["valueset", "terminology"] = "valueset"
    removed_status: Literal["cancelled", "entered-in-error"] = "cancelled"
    create_shape: Literal["empty", "null-history", "relative"] = "empty"
    location_scheme: Literal["same", "http", "https"] = "same"
    token_lifetime: int = 36_000
    page_size: int = 10
    page_cap: int = 100
    latency: float = 0
