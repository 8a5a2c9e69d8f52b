"""FHIR R4 as Canvas and others speak it: resources as records, and the RESTful interactions."""
