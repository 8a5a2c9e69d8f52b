"""Answers: from records to records."""
