# `make run` and `make test` are all that is needed; both prepare .venv once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test check ingest bench report lock

help: ## list these words
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: $(READY) ## index data/ if needed, open the page, print its address
	@$(BIN)/python app.py

test: $(READY) ## run all tests; browser and model tests where these are present
	@$(BIN)/python -m pytest

check: $(READY) ## format, lint, types, direction of imports
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

ingest: $(READY) ## bring the indexes in step with data/
	@$(BIN)/python -m assistant ingest

bench: $(READY) ## measure times and memory against the budgets (BENCH_ABSTRACTS=FILE.jsonl adds scale)
	@$(BIN)/python -m tests.benchmarks.run

report: $(READY) ## measure the golden questions again, write tests/golden/REPORT.md
	@$(BIN)/python -m assistant evaluate report

lock: ## resolve the newest allowed versions in a fresh environment, write constraints.txt
	@.ci/lock $(PYTHON)

$(READY): pyproject.toml constraints.txt .ci/setup
	@.ci/setup $(VENV) $(PYTHON)
	@touch $@
