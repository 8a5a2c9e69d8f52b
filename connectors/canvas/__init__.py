"""Canvas, the EHR: its reads, its accent, its credentials."""
