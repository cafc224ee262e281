# Every command of the project; `make` alone lists them.

PYTHON ?= python3
PORT ?= 8501
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python
TYPED := nps dashboard.py pages data benchmarks tests

.DEFAULT_GOAL := help
.PHONY: help run test check format bench soak clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.ready ## Start the dashboard on http://127.0.0.1:8501 (PORT=..., NPS_STORE=...)
	@exec $(RUN) -m streamlit run dashboard.py --server.port $(PORT)

# On every core, and then the browser's journeys by themselves: a person has a machine that answers. 5: none was chosen.
test: $(VENV)/.ready-dev ## Run every test, in Chromium too (ARGS="-k score -x")
	@$(RUN) -m tests.browser.chromium
	@$(RUN) -m tests.lakes
	@$(RUN) -m tests.s3
	$(RUN) -m pytest -n auto --dist loadfile -m "not soak and not browser" $(ARGS) || test $$? = 5
	$(RUN) -m pytest -m "browser and not soak" $(ARGS) || test $$? = 5

check: $(VENV)/.ready-dev ## Check format, lint, types and house rules
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy $(TYPED)
	$(RUN) -m pytest -q tests/test_house.py

format: $(VENV)/.ready-dev ## Format the code and mend what the linter can
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

bench: $(VENV)/.ready-dev ## Measure speed against the plainest alternative (minutes)
	$(RUN) -m benchmarks $(ARGS)

soak: $(VENV)/.ready-dev ## Run the tests that take minutes
	@$(RUN) -m tests.browser.chromium
	@$(RUN) -m tests.lakes
	@$(RUN) -m tests.s3
	$(RUN) -m pytest -m soak $(ARGS)

clean: ## Remove the virtual environment and caches; the store stays
	rm -rf $(VENV) .venv-peers .venv-s3 .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp per requirements file: nothing is installed twice, and a changed file installs again.
$(VENV)/.ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not. Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
	  echo "A virtual environment cannot be made. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing what the dashboard needs into $(VENV) (once; about a minute) ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@echo "Installing what tests and checks need ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
