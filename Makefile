# The entry points of vmk-operator. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --warn-undefined-variables
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Compiled modules are kept: without them every test run parses and rewrites every test anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WHAT ?=

.PHONY: help
help: ## List the entry points
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' Makefile

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

.PHONY: setup
setup: $(STAMP) ## Create the virtual environment from the lock file

COMPILE = $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --universal --python-version 3.11 --no-header --quiet

.PHONY: lock
lock: $(STAMP) ## Write the lock files anew: ours from pyproject.toml, those of others' clients from their requirements.in
	$(COMPILE) pyproject.toml --extra dev --output-file requirements.lock
	$(COMPILE) tests/referees/ansible/requirements.in --output-file tests/referees/ansible/requirements.lock
	$(COMPILE) tests/referees/pyvmomi/requirements.in --output-file tests/referees/pyvmomi/requirements.lock

.PHONY: fmt
fmt: $(STAMP) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .

.PHONY: lint
lint: $(STAMP) ## ruff, mypy, import contracts, YAML, shell, generated files, and no rule without a page and a test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=operator $(BIN)/lint-imports --no-logo
	$(BIN)/yamllint --strict .
	$(BIN)/shellcheck .ci/run examples/simulator/*.sh
	$(BIN)/python -m vmk_operator.api.schema --check
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m pytest -q tests/unit/docs tests/unit/planner/test_rulebook.py

.PHONY: crds
crds: $(STAMP) ## Write the CRDs and their copies from the API models
	$(BIN)/python -m vmk_operator.api.schema

.PHONY: docs
docs: crds ## Write docs/reference and docs/rules.md from the code
	$(BIN)/python docs/generate.py

.PHONY: testbed
testbed: $(STAMP) ## Build the servers of the test bed, once
	$(BIN)/python -m testbed build

.PHONY: test-unit
test-unit: $(STAMP) ## The fast tests: no network, a few seconds (WHAT=... narrows)
	$(BIN)/python -m pytest tests/unit $(WHAT)

.PHONY: test
test: testbed ## Every test: unit, properties, components, contracts, real API server, end to end (WHAT=... narrows)
	nice -n 19 $(BIN)/python -m testbed build --tools & trap "kill $$! 2>/dev/null || true" EXIT; \
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder tests/e2e/test_quiet_fleet.py tests $(WHAT)

.PHONY: fuzz
fuzz: $(STAMP) ## The properties at length
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest tests/property $(WHAT)

.PHONY: mutate
mutate: $(STAMP) ## Break the planner on purpose, one way at a time: what does no unit test notice? (WHAT=rules/mtu: there alone)
	nice -n 19 $(BIN)/python -m mutation $(WHAT)

.PHONY: bench
bench: $(STAMP) ## Print the figures that the operator and the simulator are measured by (WHAT=planner: its alone)
	$(BIN)/python -m bench $(WHAT)

.PHONY: demo
demo: testbed ## Play the story on this machine, then stay up (DEMO=once: end after the story)
	$(BIN)/python -m testbed run --hosts 3 -- $(BIN)/python -m demo
