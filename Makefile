# nightloom: the commands a newcomer types. `make` alone lists them.
#
# Only python3 (3.11 or newer, with venv) is needed: everything else comes from the package index
# and from Maven Central, verified against requirements.lock and the lock of the Neo4j artifacts.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: test-containers test-ray help install demo up test lint types check bench lock clean

help: ## list these commands
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## create .venv with the locked dependencies

# The stamp is written last, so an interrupted installation is taken up again.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "── 1/3 creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "nightloom needs Python 3.11 or newer; set one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "── 2/3 installing the locked dependencies (about 5 GB, most of it torch; cached for the next time)"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --require-hashes -r requirements.lock
	@echo "── 3/3 installing nightloom"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps -e .
	@touch $@

demo: install ## four nights over samples/: all new, an edit, a deletion, as before
	@$(BIN)/nightloom demo
	@test -n "$$VIRTUAL_ENV" || echo "For the command nightloom, once in each shell: source $(BIN)/activate"

up: install ## Neo4j with Browser, Prefect with its UI and a worker; Ctrl-C stops them
	@$(BIN)/nightloom up

test: install ## all tests, against a real Neo4j and a real Prefect
	@$(BIN)/python -m pytest

test-containers: install ## graph tests and nights against a Neo4j in a container (root, docker.io)
	@$(BIN)/python -m tests.containers

# Not in the lock: it brings pandas, which the driver of Neo4j then imports at every start.
test-ray: install ## nights on Ray, whose workers and Ray itself are killed
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --constraint requirements.lock 'ray[data]==2.60.0'
	@NIGHTLOOM_TEST_RAY=1 $(BIN)/python -m pytest tests/flows/scale

lint: install ## ruff: format and rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: install ## mypy, strict, over the three packages
	@$(BIN)/mypy

check: lint types test ## what CI runs

bench: install ## the quick benchmarks, ten minutes; says what got slower
	@$(BIN)/python -m benchmarks

lock: install ## renew requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock

clean: ## remove .venv and caches; the graph in .nightloom stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build dist
