# Everything a person types here. `make check test` is what CI runs, word for word.

PYTHON_IN_VENV := .venv/bin/python

# What the demo's robot does: make demo HEADLESS=1 VISITS=20
VISITS ?= 20
HEADLESS ?=
# With a year of ratings: make demo YEAR=1
YEAR ?=
# How long the monkey plays: make endure MINUTES=10
MINUTES ?= 10

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench endure faults clean

help:
	@echo 'make demo                       the server and a kiosk on this machine, with real centers'
	@echo 'make demo YEAR=1                the same after a year of ratings that never were, for the managers'\'' page'
	@echo 'make demo HEADLESS=1 VISITS=20  the same without a screen: a robot taps, and counts what arrived'
	@echo 'make test                       every test'
	@echo 'make check                      format, lint, types, floors'
	@echo 'make bench                      how fast it is, against raw SQLite and an empty Kivy program'
	@echo 'make endure MINUTES=10          every branch, every pair of looks, and a monkey at the glass: half an hour'
	@echo 'make faults                     kills, full disks, power cuts, bad networks: two hours; goes on where it was cut off'
	@echo 'make setup                      only the set-up, which every other target does by itself'
	@echo 'make clean                      removes what was made, .venv too'

# Runs every time: it looks for itself whether there is anything to do.
setup:
	@sh deploy/setup.sh

demo: setup
ifeq ($(filter-out 0 no,$(HEADLESS)),)
	$(PYTHON_IN_VENV) -m server $(if $(filter-out 0 no,$(YEAR)),--data-dir build/demo-year demo --year,demo)
else
	$(PYTHON_IN_VENV) -m tests.robot --visits $(VISITS)
endif

# `check` first when both are asked for, also under `make -j`.
test: setup $(filter check,$(MAKECMDGOALS))
	$(PYTHON_IN_VENV) -m pytest

check: setup
	$(PYTHON_IN_VENV) -m ruff format --check
	$(PYTHON_IN_VENV) -m ruff check
	$(PYTHON_IN_VENV) -m mypy
	.venv/bin/lint-imports

bench: setup
	$(PYTHON_IN_VENV) -m tests.bench

endure: setup
	$(PYTHON_IN_VENV) -m tests.robot.endurance --minutes $(MINUTES)

faults: setup
	$(PYTHON_IN_VENV) -m tests.faults --together 2

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
