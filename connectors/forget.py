"""What must be forgotten of a patient, in every system that is remembered."""

from collections.abc import Mapping

from connectors.cache import Connector
from connectors.canvas.connector import Canvas
from connectors.clinic.connector import Clinic
from connectors.drop import Drop
from connectors.eligibility.connector import Eligibility
from connectors.fhir.patient import Patient
from connectors.memory import Memory
from connectors.tags import ANYBODY


def forget_patient(memory: Memory, connectors: Mapping[type, Connector], patient_id: str) -> int:
    """Forget what is remembered of the patient of this Canvas id; how many answers that were.

    To be called after each write, also after one whose outcome nobody knows. Who they are elsewhere stands in
    their remembered record. Without it everybody's is forgotten there: too much is right, too little is not.
    """
    canvas = connectors.get(Canvas)
    patient = memory.known(canvas, Canvas.patient, patient_id) if canvas else None
    links = patient.links if isinstance(patient, Patient) else None
    ids: dict[type, str | None] = {
        Canvas: patient_id,
        Clinic: (links.clinic.id or ANYBODY) if links else None,
        Eligibility: (links.eligibility.id or ANYBODY) if links else None,
    }
    return memory.drop(Drop(patients={one.realm: ids[kind] for kind, one in connectors.items()}))
