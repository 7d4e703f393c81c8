# Two commands do all the set-up: `make demo` and `make test`. Each makes the virtual environment if it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
STAMP := $(VENV)/.installed
PROGRAM := $(VENV)/.program
# Processes that tests start need not compile the program again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: quick docs windows windows-test windows-smoke windows-lock demo test check office template validate bench mutants clean

demo: $(PROGRAM)
	@tools/install_office.sh demo
	@rm -rf $(OUT)
	@$(BIN)/cchc-xl demo --out $(OUT)

# Tests with an office bring a profile and a screen of their own, so some run side by side; a third process works while
# one waits for a window. The longest files begin, as tests/conftest.py sorts them.
test: $(STAMP) office check
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

# While working: without the office, the long generated series and the history of many units; a minute or two.
quick: $(STAMP) check
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "unit or golden"

# The documentation as a site, out/docs/index.html.
docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'mkdocs-material>=9.5,<10'
	$(BIN)/mkdocs build --quiet --strict

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

# The program alone is all that the demo needs.
$(PROGRAM): pyproject.toml
	@test $(STAMP) -nt $< || { $(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .; }
	@touch $@

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

# CCHC-cai-dat.exe and CCHC-win64.zip into out/windows; then tried with the whole suite on Windows Python under Wine.
windows:
	@tools/windows/setup.sh build
	@$(PYTHON) tools/windows/build.py out/windows --tools $${CCHC_WINDOWS_CACHE:-$$HOME/.cache/cchc-xl-windows}

windows-test: windows
	@tools/windows/setup.sh test
	@tools/windows/suite.sh
	@tools/windows/try_installer.sh out/windows

windows-smoke:
	@tools/windows/smoke.sh

# The versions and hashes of what is installed on Windows, anew from pyproject.toml.
windows-lock:
	@tools/windows/lock.sh

# Ratios measured side by side; the table in docs/toc_do.md.
bench: $(STAMP)
	$(BIN)/python benchmarks/suite.py

# Do the tests notice? The package broken in one place at a time, tests/mutants.toml; at least 92 % must be noticed.
mutants: $(STAMP)
	nice -n 10 $(BIN)/python tools/mutants.py

clean:
	rm -rf $(VENV) $(OUT) .mypy_cache .ruff_cache .pytest_cache .hypothesis
