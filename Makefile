# Two commands are enough: `make demo` runs the main job, `make test` all tests. Needed: python3 (3.11 to 3.13), make, git.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: help setup demo test check bench format schemas errors clean

help:            ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/'

setup: $(STAMP)  ## make the virtual environment with everything that is locked

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup      ## sandbox, gateway, sample cases, tables, proof
	@$(BIN)/shuqiao demo

test: setup      ## all tests
	$(BIN)/python -m pytest -n auto

check: setup     ## format, lint, types, floors, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m gateway.schemas.generate --check

bench: setup     ## speed beside a bare client, in one run
	@$(BIN)/shuqiao bench

format: setup    ## write the format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schemas: setup   ## write schemas/v1 from schemas/documents.yaml
	$(BIN)/python -m gateway.schemas.generate

errors: setup    ## write docs/errors.md from the table of codes
	$(BIN)/python tests/documents/error_listing.py

clean:           ## remove what was made
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
