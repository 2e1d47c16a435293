# make run sets everything up and starts it; make test checks everything. `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help run test lint format bench bench-page lock migration docs tool page clean setup setup-dev

help:  ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: setup  ## set up what is missing and start everything; Ctrl-C stops it
	@exec $(BIN)/sciflask up

test: setup-dev  ## check everything: style, types, import contracts, unit, service, fault and browser tests
	@exec scripts/test

lint: setup-dev  ## style, types, import contracts, spelling
	@exec scripts/lint

format: setup-dev  ## rewrite the code in the house style
	@$(BIN)/ruff check --fix --quiet . && $(BIN)/ruff format .

docs: setup-dev  ## build the manual into build/docs; a warning is an error
	@$(BIN)/python -m scripts.manual

bench: setup-dev  ## measure what is claimed and print the table; PART="correlation reading" for some
	@$(BIN)/python benchmarks/measuring/run.py $(PART)

bench-page: setup-dev  ## write docs/benchmarks.md from what make bench has measured
	@$(BIN)/python benchmarks/measuring/page.py

lock: setup-dev  ## lock the newest versions that fit, with hashes, for every Python from 3.11
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  pyproject.toml --group build -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  -c requirements.txt pyproject.toml --group build --group dev --group docs -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  -c requirements-dev.txt --group dask -o requirements-dask.txt

tool: setup  ## make a tool that runs, to be changed into your own: make tool NAME=my_tool, with LIVE=1 one that follows its sliders
	@$(BIN)/sciflask tools new "$(NAME)" $(if $(LIVE),--live)

page: setup  ## make a page that runs, to be changed into your own: make page NAME=lab_notes
	@$(BIN)/sciflask pages new "$(NAME)"

migration: setup-dev  ## write a migration from the changed tables: make migration NAME=what_changed
	$(BIN)/sciflask migration "$(NAME)"

clean:  ## remove what the set-up made; data/ stays
	rm -rf .venv .web .states build *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis

setup:
	@scripts/setup $(PYTHON) requirements.txt

setup-dev:
	@scripts/setup $(PYTHON) requirements-dev.txt
