# Every target sets up what it needs: a fresh machine with Python 3.11 or newer is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif

# Python compiles what it imports; all of the packages take pip twenty seconds more.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

# One more than there are cores: some tests wait for sockets and clocks.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')

# Bytecode is kept, also where containers switch that off: else each process of a test compiles all that it imports.
TESTING := PYTHONDONTWRITEBYTECODE= SDL_VIDEODRIVER=dummy $(BIN)/python

.PHONY: demo shell test check test-slow mutations bench docs pictures clean

demo: $(VENV)/.installed
	@$(BIN)/podfleet run maps/demo.toml; status=$$?; \
	echo "podfleet is in $(VENV); to type its name yourself:  . $(BIN)/activate   or   make shell"; exit $$status

# A shell that knows podfleet.
shell: $(VENV)/.installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" VIRTUAL_ENV="$(CURDIR)/$(VENV)" exec "$${SHELL:-/bin/sh}"

test: $(VENV)/.installed-dev
	$(TESTING) tests/compile_kernels.py
	$(TESTING) -m pytest -n $(WORKERS) --dist worksteal

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-slow: $(VENV)/.installed-dev
	$(PIP) -e '.[dev,oracle]'
	$(TESTING) -m pytest -m slow

# Small faults put into the safety code, one at a time: each has to be caught, or explained in tests/mutation/survivors.toml.
mutations: $(VENV)/.installed-dev
	$(TESTING) tests/mutation/run.py --processes $(WORKERS)

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

# The documentation as a site in build/site. A broken link is an error.
docs: $(VENV)/.installed-dev
	$(PIP) -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

# The pictures of README and docs, made by the program.
pictures: $(VENV)/.installed-dev
	$(BIN)/podfleet run maps/demo.toml --headless --ticks 3600 --seed 1 --record podfleet-out/pictures.pfr
	$(BIN)/podfleet view podfleet-out/pictures.pfr --headless --at 3000 --out docs/images/demo.png
	$(BIN)/podfleet layout edit maps/demo.toml --picture docs/images/layout-edit.png
	$(BIN)/python docs/make_planner_pictures.py
	$(BIN)/python docs/make_house_picture.py
	$(BIN)/python docs/make_window_pictures.py

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "podfleet needs Python 3.11 or newer; say which: make PYTHON=python3.12")'
	@echo "Installing podfleet into $(VENV), with numba, SciPy, matplotlib and ten more: about 150 MB to fetch, then"
	@echo "half a minute of unpacking. pip says nothing meanwhile; this happens once."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) -e '.[routes]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what tests and checks need …"
	@$(PIP) -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) podfleet-out build *.egg-info
