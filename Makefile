# Everything here sets up what it needs, once, in .venv. `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup serve test check fuzz bench clean
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:

VENV := .venv
PYTHON := $(VENV)/bin/python

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '%-14s %s\n' "$$name" "$$text"; done
	@echo
	@echo "  ARGS goes to the command: make serve ARGS='--port 0', make test ARGS='-k webhook'"

setup: $(VENV)/development.stamp ## Make .venv with all that tests and checks need

serve: $(VENV)/package.stamp ## Start the emulator on http://127.0.0.1:14940
	@exec $(PYTHON) -m doubleentry serve $(ARGS)

test: $(VENV)/development.stamp ## Run the tests
	@exec $(PYTHON) -m pytest $(ARGS)

check: $(VENV)/development.stamp ## Format, lint, types, import rule, documents current
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) -m doubleentry openapi check

fuzz: $(VENV)/development.stamp ## Call everything at random for 20 minutes (ARGS='--seed N --minutes 5')
	@exec $(PYTHON) -m tests.contract.fuzz $(ARGS)

bench: $(VENV)/development.stamp ## Measure speed and memory against their limits, beside Prism and json-server (needs wrk, npm)
	@exec $(PYTHON) -m bench.run $(ARGS)

clean: ## Remove .venv and all caches
	rm -rf $(VENV) dist .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis

# The first Python of at least 3.11 that can make an environment; BASE_PYTHON=... decides otherwise.
$(VENV)/package.stamp: pyproject.toml
	@for python in $(BASE_PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if "$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "make: needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv), or BASE_PYTHON=/path/to/python" >&2; exit 1; \
	fi; \
	$(PYTHON) -c '' 2>/dev/null || "$$found" -m venv --clear $(VENV)
	@echo "Installing the package in $(VENV) ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable .
	@$(PYTHON) -m compileall -q src
	@touch $@

$(VENV)/development.stamp: $(VENV)/package.stamp
	@echo "Installing what the tests and checks need in $(VENV) ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
