# Everything a contributor runs. The environment is made by the first target that needs it.
#   make test ARGS="--server mysql -k grants"

PYTHON ?= python3
ARGS ?=
# Files of tests run side by side, each process with servers of its own; 0 runs one after the other.
JOBS ?= 3

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint check bench soak clean

help:
	@echo 'make demo    a live migration to watch, on a private server (under 2 minutes)'
	@echo 'make test    the whole suite, on MySQL and MariaDB (about 12 minutes)'
	@echo 'make check   lint, types, import rules, then the suite: what CI runs'
	@echo 'make bench   the measurements that the documentation quotes'
	@echo 'make soak    the suite with the long counts of repetitions'
	@echo 'make venv    the development environment in $(VENV)'
	@echo 'make clean   remove what these targets made here'
	@echo
	@echo 'ARGS="..." is handed on to the command that a target runs.'

venv: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(INSTALLED)
	$(BIN)/python -m tests.servers.run -- $(BIN)/zdcdc demo $(ARGS)

test: $(INSTALLED)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: $(INSTALLED)
	$(BIN)/python -m tests.servers.run -- $(BIN)/python -m benchmarks $(ARGS)

soak: $(INSTALLED)
	$(BIN)/python -m pytest --soak $(ARGS)

clean:
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
