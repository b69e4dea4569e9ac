# Two commands do everything: `make demo` sets up and runs the main job, `make test` sets up and passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LIBRARY ?= .demo
# An index with a CPU build of torch, where the usual one draws gigabytes of CUDA:
# make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Python keeps what it compiled, whatever the machine's setting: reading the tests would take thrice as long, and every
# program that they start would compile Earmark anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo app test quick test-all check format bench eval campaign trust contract clean help

help:  ## What there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.run  ## Fetch the sample library over loopback and print today's brief
	@$(BIN)/earmark --home $(LIBRARY) demo $(if $(PORT),--port $(PORT))

app: $(VENV)/.run  ## Open the app on the sample library (LIBRARY=folder for another)
	@$(BIN)/earmark --home $(LIBRARY) app

# As many processes as there are cores, but no more than memory allows for: each may load a model.
PYTEST := $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

test: $(VENV)/.dev  ## Run the tests, but for the slow ones and those of a browser
	@$(PYTEST) -m "not slow and not campaign"

quick: $(VENV)/.dev  ## Run the tests that load no model, start no program and take no time, and name the longest
	@$(PYTEST) --durations 5 -m "not slow and not campaign and not heavy"

test-all: $(VENV)/.dev  ## Run all tests, those of a browser too where there is a Chromium, with coverage
	@$(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=80

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

clean:  ## Remove the environment and the sample library
	rm -rf $(VENV) .demo .eval

# The environment is made with pip alone; docs/install.md says what it takes.
$(VENV)/.made:
	@echo "Making $(VENV) (the first installation takes a few minutes) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.12 or so")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	@$(if $(TORCH_INDEX),$(PIP) install --quiet --constraint constraints.txt --index-url $(TORCH_INDEX) torch)
	@$(PIP) install --quiet --constraint constraints.txt --editable ".[fast]"
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[test,dev]'
	@touch $@
