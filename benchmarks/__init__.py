"""Reproducible comparisons: `make bench` prints the table, docs/performance.md explains it."""
