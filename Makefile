# `make` lists the targets. VENV chooses another virtual environment, PYTHON another interpreter to make it with.

SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
export VENV
# Many tests wait for servers of their own, so there are more of them at work than processors.
JOBS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup run test unit lint format typecheck buf proto chaos soak fuzz bench asan clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup:  ## virtual environment, dependencies, compiled VM; quick when nothing changed
	@tools/setup

run: setup  ## serve the sample bots on 127.0.0.1:50051 with the embedded database
	$(BIN)/botserver serve samples

test: setup lint typecheck unit  ## everything CI checks: lint, types, all tests

unit: setup  ## all tests, with servers of their own; ARGS="-k name" narrows
	@tools/servers
	$(PYTEST) -n $(JOBS) $(ARGS)

lint: setup buf  ## ruff, its layout, buf, freshness of generated code
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check --quiet . || { echo "make format mends the layout" >&2; exit 1; }
	$(BIN)/python tools/generate.py --check

buf:
	@if command -v npm >/dev/null; then \
	    tools/node_modules/.bin/buf --version >/dev/null 2>&1 || npm --prefix tools install --no-save --no-package-lock --no-fund --no-audit --loglevel=error || exit 2; \
	    tools/node_modules/.bin/buf lint proto; \
	elif [ "$$CI" = true ]; then echo "buf needs npm (Debian: apt-get install -y npm)" >&2; exit 2; \
	else echo "skipped: buf lint, because npm is missing"; fi

proto: setup  ## generate message classes and docs/protocol.md from proto/
	$(BIN)/python tools/generate.py

format: setup  ## let ruff mend what it can
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

typecheck: setup  ## mypy --strict
	$(BIN)/python -m mypy botserver clients/python/botserver_client

chaos: setup  ## one server killed a hundred times, then three while all fails (minutes); CHAOS_SEED repeats a run
	@tools/servers
	CHAOS_KILLS=$${CHAOS_KILLS:-70} CHAOS_SESSIONS=$${CHAOS_SESSIONS:-400} $(PYTEST) tests/faults/test_kill.py -s $(ARGS)
	NODES_FAULTS=$${NODES_FAULTS:-100} NODES_SESSIONS=$${NODES_SESSIONS:-500} $(PYTEST) tests/faults/test_nodes.py -s $(ARGS)

soak: setup  ## an hour of conversations and of what endless scripts cost them; SOAK_S says how many seconds
	SOAK_S=$${SOAK_S:-3600} NEIGHBOURS_S=30 $(PYTEST) tests/faults/test_soak.py tests/faults/test_neighbours.py -s $(ARGS)

fuzz: setup  ## 100,000 random and 100,000 changed scripts through compiler and VMs; ARGS="--seed N" repeats a run
	$(BIN)/python -m tests.fuzz $(ARGS)

bench: setup  ## all goals with their figures, in 15 minutes, and a report in build/bench; ARGS="--only PART" for one
	@tools/servers
	$(BIN)/python -m benchmarks $(ARGS)

asan: setup  ## the script corpus on a VM built with AddressSanitizer, in a build of its own
	tools/asan $(ARGS)

clean:  ## remove what was built; keeps the virtual environment's packages
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis $(VENV)/.botserver-setup
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
