# Two commands do all the set-up: `make demo` and `make test`. Each makes the virtual environment if it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
STAMP := $(VENV)/.installed

.PHONY: demo test check office template validate bench clean

demo: $(STAMP) office
	@rm -rf $(OUT)
	@$(BIN)/cchc-xl demo --out $(OUT)

test: $(STAMP) office check
	$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# LibreOffice opens every workbook in the tests and turns the report into PDF. Where it can't be installed,
# `make demo` leaves the PDF out and says so.
office:
	@tools/install_office.sh

# The Word template, made anew from its text source.
template: $(STAMP)
	$(BIN)/python -m tools.template.build_template

# Microsoft's schema check of every file the demo makes; needs npm.
validate: $(STAMP)
	@tools/validate.sh

# Ratios measured side by side; the table in docs/toc_do.md.
bench: $(STAMP)
	$(BIN)/python benchmarks/suite.py

clean:
	rm -rf $(VENV) $(OUT) .mypy_cache .ruff_cache .pytest_cache .hypothesis
