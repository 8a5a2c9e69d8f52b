# make run: the gateway on its sandbox. make test: every check and every test. Both set themselves up.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install run test check long long-tests soak bench profile sdl lock

help:
	@echo "make run      serve the graph on the sandbox at http://127.0.0.1:8000/graphql"
	@echo "make test     every check and every test"
	@echo "make check    formatting, lint, types, import contracts"
	@echo "make long     what is long by nature: large generated suites, replicas behind nginx, memory, load while upstreams fail"
	@echo "make soak     the last of these by itself: ten minutes"
	@echo "make bench    the gateway against its floors, as a table of ratios; about ten minutes"
	@echo "make profile  where the time of a warm and of a cold summary goes"
	@echo "make sdl      write schema/schema.graphql anew"
	@echo "make lock     write requirements.lock anew from pyproject.toml"

install: .venv/installed

.venv/installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	@echo "Setting up .venv, once; this takes about a minute."
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

run: install
	@$(BIN)/insurance-gateway serve --sandbox

check: install
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check

test: check
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/test

long: long-tests soak

long-tests: install
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/long

soak: install
	@$(BIN)/python -m benchmarks.soak

bench: install
	@$(BIN)/python -m benchmarks

profile: install
	@$(BIN)/python -m benchmarks.shares

sdl: install
	@$(BIN)/insurance-gateway schema > .venv/schema.graphql && mv .venv/schema.graphql schema/schema.graphql

lock:
	@PYTHON=$(PYTHON) scripts/lock
