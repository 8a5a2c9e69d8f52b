"""The clinic back office's insurances API: its reads, its accent, its credentials."""
