"""What must be forgotten of a patient, in every system that is remembered."""

from collections.abc import Iterable, Mapping

from connectors.cache import Connector
from connectors.canvas.connector import Canvas
from connectors.clinic.connector import Clinic
from connectors.clinic.records import as_dependent
from connectors.drop import Drop
from connectors.eligibility.connector import Eligibility
from connectors.fhir.links import Link, Links, LinkState
from connectors.fhir.patient import Patient
from connectors.listing import records
from connectors.memory import Memory


def forget_patient(memory: Memory, connectors: Mapping[type, Connector], patient_id: str) -> int:
    """Forget what is remembered of the patient of this Canvas id; how many answers that were.

    To be called after each write, also after one whose outcome nobody knows. Who they are elsewhere stands in
    their remembered record. Without it, or where it names two, everybody's is forgotten there: too much is
    right, too little is not.
    """
    canvas = connectors.get(Canvas)
    links = [one.links for one in _records(memory, canvas, patient_id)] if canvas else []
    ids: dict[type, frozenset[str] | None] = {
        Canvas: frozenset({patient_id}),
        Clinic: _at_clinic(links),
        Eligibility: _ids(one.eligibility for one in links),
    }
    return memory.drop(Drop(patients={one.realm: ids[kind] for kind, one in connectors.items()}))


def _records(memory: Memory, canvas: Connector, patient_id: str) -> list[Patient]:
    """All that is remembered of the patient: a search may know another link. None without the one by id."""
    if memory.known(canvas, Canvas.patient, patient_id) is None:
        return []
    answers = memory.tagged(canvas.realm, patient_id)
    told = (record for answer in answers for record in records(answer))
    return [record for record in told if isinstance(record, Patient) and record.id == patient_id]


def _at_clinic(links: list[Links]) -> frozenset[str] | None:
    """The ids that the clinic has for them: as a patient, and as somebody's dependent."""
    patients, dependents = _ids(one.clinic for one in links), _ids(one.dependent for one in links)
    if patients is None or dependents is None:
        return None
    return patients.union(map(as_dependent, dependents))


def _ids(links: Iterable[Link]) -> frozenset[str] | None:
    """The ids that these links tell, as numbers are written; None when it cannot be known what they are."""
    known = list(links)
    if not known or any(one.state is LinkState.AMBIGUOUS for one in known):
        return None
    return frozenset(one.id.lstrip("0") or "0" for one in known if one.id)
