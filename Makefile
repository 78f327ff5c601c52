# Works on a fresh clone with Python 3.11 or newer, git and make. Another Python: make setup PYTHON=python3.13

PYTHON ?= python3
VENV ?= .venv
DEMO_VENV ?= .venv-demo
SECONDS ?= 60
# Tests wait for servers more than they compute, so there are more workers than processors.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
BASE ?= main
COUNT ?= 100
OUT ?= build/screenshots
BIN := $(VENV)/bin
SETUP := $(VENV)/.installed
DEMO_SETUP := $(DEMO_VENV)/.installed
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup demo test exact lint format bench soak fuzz mutate generate screenshots axe docs-site lock dist dist-trial dist-index dist-notes release-check clean

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make setup     a virtual environment in .venv with all that development needs
setup: $(SETUP)

# What is built here is signed, so each file that the build runs has its hash. hatchling is one.
$(SETUP): pyproject.toml requirements-dev.txt
	@tools/make-venv "$(PYTHON)" "$(VENV)"
	$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements-dev.txt
	$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(DEMO_SETUP): pyproject.toml constraints.txt
	@tools/make-venv "$(PYTHON)" "$(DEMO_VENV)"
	@echo "installing into $(DEMO_VENV); this takes about a minute the first time"
	@$(DEMO_VENV)/bin/python $(PIP_INSTALL) -c constraints.txt -e '.[history]'
	@touch $@

## make demo      the whole loop on built-in data; needs no server
demo: $(DEMO_SETUP)
	@$(DEMO_VENV)/bin/reliability demo

## make test      all tests; fetches Prometheus, Alertmanager, VictoriaMetrics and Chromium into a cache folder where Debian serves them
test: $(SETUP)
	@tests/servers/install victoria
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

## make exact     sample mode against servers, bit by bit: 17 million values instead of 400 thousand
exact: $(SETUP)
	@tests/servers/install
	@RELIABILITY_EXACT=1 $(BIN)/python -m pytest tests/promql/evaluate tests/backtest/samples -n 0 -rP

## make lint      ruff, codespell, mypy, import-linter, and whether generated files are fresh
lint: $(SETUP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell . .github
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.generate --check

## make format    rewrite what ruff can rewrite
format: $(SETUP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

## make bench     the numbers of the product page, measured here
bench: $(SETUP)
	@tests/servers/install victoria
	@$(BIN)/python -m tests.benchmarks

## make soak      each sync target with 10,000 objects, and kill -9 at 20 moments of a sync; ARGUMENTS='mimir --objects 0'
soak: $(SETUP)
	@tests/servers/install victoria
	@$(BIN)/python -m tests.soak $(ARGUMENTS)

## make fuzz      any bytes against reader, models and rules; SECONDS=60, by coverage with atheris
fuzz: $(SETUP)
	@$(BIN)/python -m tests.fuzz $(SECONDS)

## make mutate    do tests notice faults in changed modules? BASE=main COUNT=100; ARGUMENTS='--all --seed 1'
mutate: $(SETUP)
	@$(BIN)/python -m tools.mutate --base $(BASE) --count $(COUNT) $(ARGUMENTS)

## make generate  rewrite the generated files
generate: $(SETUP)
	$(BIN)/python -m tools.generate

## make screenshots    every page of `site` at three widths, two themes, two languages, in OUT=build/screenshots
screenshots: $(SETUP)
	@tests/servers/install
	@$(BIN)/python -m tests.site.screenshots $(OUT)

## make axe            what axe-core finds on every page of `site`, in every width, theme and language
axe: $(SETUP)
	@tests/servers/install
	@$(BIN)/python -m tests.site.accessibility

## make docs-site     the documentation as a site, in build/docs-site/site; REPOSITORY=https://... URL=https://...
docs-site: $(SETUP)
	@$(BIN)/python -m tools.docs_site --repository "$(REPOSITORY)" --url "$(URL)"

## make lock      resolve what workflows and `make setup` install, with hashes, from constraints.txt
lock: $(SETUP)
	$(BIN)/python -m tools.lock

## make dist      wheel and sdist, built twice and compared, in dist/
dist: $(SETUP)
	@$(BIN)/python -m tools.release.build

## make dist-trial    the wheel in clean environments on each Python here, sizes, and the SBOM
dist-trial: dist
	@$(BIN)/python -m tools.release.trial

## make dist-index    upload to a local index, and install from there with hashes
dist-index: dist
	@$(BIN)/python -m tools.release.index

## make dist-notes    the notes of the release, from CHANGELOG.md
dist-notes: $(SETUP)
	@$(BIN)/python -m tools.release.notes

## make release-check TAG=v0.1.0    is everything ready for this tag?
release-check: $(SETUP)
	@$(BIN)/python -m tools.release.ready "$(TAG)"

## make clean     remove what the other targets made
clean:
	rm -rf $(VENV) $(DEMO_VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
