# winset: make demo | test | check | bench | docs | clean

# The newest Python that winset supports and that can make a virtual environment.
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
  $$p -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
  >/dev/null 2>&1 && { echo $$p; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
RUN := riyadh-2025.winset
PAGE := riyadh-2025.html

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs clean

help:
	@echo "make demo    compute the packaged case riyadh-2025 and write its report"
	@echo "make test    run the tests"
	@echo "make check   style, types, layers, documentation"
	@echo "make bench   time what should be fast, beside its target"
	@echo "make docs    build the documentation into docs/_build/html"
	@echo "make clean   remove what these commands built"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "winset needs Python 3.11 to 3.14 with its venv module" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Stamps, so that nothing is installed twice.
$(VENV)/.for-use: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.for-work: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev,docs]'
	@touch $@ $(VENV)/.for-use

$(VENV)/.for-bench: $(VENV)/.for-work
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[bench]'
	@touch $@

demo: $(VENV)/.for-use
	$(BIN)/winset run riyadh-2025 -o $(RUN) --force
	$(BIN)/winset report $(RUN) -o $(PAGE)
	@echo
	@echo "The report is $(PAGE) in this folder: open it in a browser."

test: $(VENV)/.for-work
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.for-work docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.for-bench
	$(BIN)/python -u benchmarks/bench.py
	$(BIN)/python -u benchmarks/stability.py
	$(BIN)/python -u benchmarks/anysize.py
	$(BIN)/python -u benchmarks/process.py
	$(BIN)/python -u benchmarks/deal_spaces.py
	$(BIN)/python -u benchmarks/negmas_peer.py
	$(BIN)/python -u benchmarks/solutions.py

docs: $(VENV)/.for-work
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

clean:
	rm -rf $(VENV) .bench build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -f $(RUN) $(PAGE)
