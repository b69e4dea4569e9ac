# Two commands do everything: `make demo` sets up and runs the main job, `make test` sets up and passes the tests.
PYTHON ?= python3
VENV := .venv
SUPPLY := .supply
BIN := $(VENV)/bin
LIBRARY ?= .demo
# An index with a CPU build of torch, where the usual one draws gigabytes of CUDA:
# make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
# Everything but torch is installed by the SHA-256 of its files. Where a mirror builds wheels of its own: make demo LOCKED=
LOCKED ?= yes
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Python keeps what it compiled, whatever the machine's setting: reading the tests would take thrice as long, and every
# program that they start would compile Earmark anew.
unexport PYTHONDONTWRITEBYTECODE
# But only what it imports: of the 24,000 files that pip would compile most are never read.
export PIP_COMPILE := no

.PHONY: demo app test quick test-all coverage check format bench eval campaign trust contract sbom audit wheel clean help

help:  ## What there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.run  ## Fetch the sample library over loopback and print today's brief
	@$(BIN)/earmark --home $(LIBRARY) demo $(if $(PORT),--port $(PORT))

app: $(VENV)/.run  ## Open the app on the sample library (LIBRARY=folder for another)
	@$(BIN)/earmark --home $(LIBRARY) app

# How many processes that is, tests/conftest.py says.
PYTEST := $(BIN)/python -m pytest -n logical --dist loadgroup --no-loadscope-reorder

test: $(VENV)/.dev  ## Run the tests, but for the slow ones and those of a browser
	@$(PYTEST) -m "not slow and not campaign"

quick: $(VENV)/.dev  ## Run the tests that load no model, start no program and take no time, and name the longest
	@$(PYTEST) --durations 5 -m "not slow and not campaign and not heavy"

test-all: $(VENV)/.dev  ## Run all tests, those of a browser too where there is a Chromium
	@$(PYTEST)

coverage: $(VENV)/.dev  ## Run the tests of `make test` and say which lines and branches they leave out; fails below 80 %
	@$(PYTEST) -m "not slow and not campaign" --cov --cov-report=term:skip-covered --cov-fail-under=80

check: $(VENV)/.dev  ## Format, lint, types, import contracts, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m ui.cli.docs --check

format: $(VENV)/.dev  ## Put the code and the generated docs in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m ui.cli.docs

bench: $(VENV)/.dev  ## Measure speed and memory; writes evaluation/results/bench.json
	$(BIN)/python -m evaluation.bench

eval: $(VENV)/.dev  ## Measure quality on judged data (ONLY=name, AGAIN=1); writes evaluation/results/report.md
	$(BIN)/earmark --home .eval eval all "$(or $(EARMARK_TEST_DATA),../shared/data)" $(if $(ONLY),--only "$(ONLY)") $(if $(AGAIN),--again)

campaign: $(VENV)/.dev  ## The long runs: 54 real episodes, 30 SIGKILLs, 200 planted orders (needs the real data, see docs/testing.md)
	$(BIN)/python -m pytest -m campaign $(if $(SMALL),--small) tests/campaigns/test_episodes.py tests/campaigns/test_injection.py

trust: $(VENV)/.dev  ## All test campaigns: feeds, fetching, kills, speech … (an hour; SMALL=1: minutes, recording nothing)
	$(BIN)/python -m pytest -m campaign $(if $(SMALL),--small) tests/campaigns

contract: $(VENV)/.dev  ## Everything that is promised, measured again and told in one table (a quarter of an hour; SEED=n chooses another sample)
	@$(BIN)/python -m tests.contract $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

sbom: $(VENV)/.dev $(SUPPLY)/.made  ## A bill of materials of what is installed (CycloneDX) in dist/
	@mkdir -p dist
	@$(SUPPLY)/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-reproducible --output-file dist/earmark.cdx.json
	@echo "dist/earmark.cdx.json"

audit: $(SUPPLY)/.made  ## Known weaknesses of every version in constraints.txt (asks PyPI's database)
	@$(SUPPLY)/bin/pip-audit --strict --disable-pip --no-deps --requirement constraints.txt

wheel: $(VENV)/.dev  ## The wheel in dist/, built twice and the same both times
	@.ci/wheel $(BIN)/python dist

clean:  ## Remove the environment and the sample library
	rm -rf $(VENV) $(SUPPLY) .demo .eval dist

# The environment is made with pip alone; docs/install.md says what it takes.
$(VENV)/.made:
	@echo "Making $(VENV) (the first installation takes a few minutes) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.12 or so")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# First what is locked, by its hashes alone; then whatever this platform wants beside it (torch, and its CUDA), by its version.
BY_HASH := install --quiet --no-deps --require-hashes --requirement

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt locks/run.txt
	@$(if $(TORCH_INDEX),$(PIP) install --quiet --no-deps --constraint constraints.txt --index-url $(TORCH_INDEX) torch)
	@$(if $(LOCKED),$(PIP) $(BY_HASH) locks/run.txt)
	@$(PIP) install --quiet --constraint constraints.txt $(if $(LOCKED),--no-build-isolation) --editable ".[fast]"
	@touch $@

$(VENV)/.dev: $(VENV)/.run locks/dev.txt
	@$(if $(LOCKED),$(PIP) $(BY_HASH) locks/dev.txt)
	@$(PIP) install --quiet --constraint constraints.txt $(if $(LOCKED),--no-build-isolation) --editable '.[test,dev]'
	@touch $@

# What looks at what is installed, beside it: it would else be listed too.
$(SUPPLY)/.made:
	@$(PYTHON) -m venv $(SUPPLY)
	@$(SUPPLY)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1 cyclonedx-bom==7.5.0
	@touch $@
