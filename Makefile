# Everything a newcomer and ops need. Only make and a Python from 3.11 on are presumed; `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
STACK := $(BIN)/python -m deploy.local.stack
CODE := services shared deploy tests
PORT_BASE ?= 8080
STATE_DIR ?= .local
export PORT_BASE STATE_DIR PYTHON
# Python keeps what it compiled, whatever the shell says: else every process compiles everything as it starts.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup run up down status logs reset test check contracts import funnel score accuracy demo bench mend rebuild fmt lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Settings: PORT_BASE=8080 (first of 11 ports), STATE_DIR=.local (data and logs), PYTHON=python3.x"
	@echo "  Own parts: set all of GATEWAY_, LEADS_, PIPELINE_ and FORECAST_DATABASE_URL, or KAFKA_BOOTSTRAP_SERVERS"

setup: ## install the pinned packages into .venv; every target does it when needed
	@python=$$(sh deploy/local/find-python) && "$$python" deploy/local/install.py $(VENV) requirements-dev.txt

run: setup ## start everything here; Ctrl-C stops it
	@$(STACK) run

up: setup ## start everything in the background; returns when it is ready
	@$(STACK) up

down: setup ## stop everything
	@$(STACK) down

status: setup ## show every process: state, memory, restarts, consumer lag, outbox; and the agenda
	@$(STACK) status

logs: setup ## follow the logs: make logs SERVICE=leads (without SERVICE: all)
	@$(STACK) logs --service "$(SERVICE)"

reset: setup ## stop and throw all local data away (asks; FORCE=1 does not)
	@$(STACK) reset $(if $(FORCE),--force)

test: setup ## run every test, in stages
	@$(BIN)/python -m deploy.local.checks test

check: setup ## lint, formatting, types, architecture and fast tests: under a minute, somewhat more the first time
	@$(BIN)/python -m deploy.local.checks check

fmt: setup ## put the code into its format
	@$(BIN)/ruff check -q --fix-only $(CODE)
	@$(BIN)/ruff format $(CODE)

contracts: setup ## write the HTTP and event contracts anew
	@$(BIN)/python -m deploy.contracts

demo: setup ## show on the running stack how a pushed lead becomes a line in the forecast
	@$(STACK) exec -- $(BIN)/python -m deploy.demo $(ARGS)

import: setup ## load a folder of CSV files into the running stack: make import DATA=folder
	@$(STACK) exec -- $(BIN)/python -m deploy.importing "$(DATA)"

funnel: setup ## print the funnel of such a folder, loaded if need be: make funnel DATA=folder BY=owner
	@$(STACK) exec -- $(BIN)/python -m deploy.funnel "$(DATA)" $(if $(BY),--by "$(BY)")

bench: setup ## measure the running stack
	@$(STACK) exec -- $(BIN)/python -m deploy.bench $(ARGS)

score: setup ## measure scoring on a file of leads: make score DATA=leads.csv CHART=reliability.svg
	@$(BIN)/python -m deploy.scoring "$(DATA)" $(if $(CHART),--chart "$(CHART)")

accuracy: setup ## hold the forecast against a folder of deals: make accuracy DATA=folder CHART=folder
	@$(BIN)/python -m deploy.forecasting "$(DATA)" $(if $(CHART),--charts "$(CHART)")

mend: setup ## look at and mend messages: make mend SERVICE=leads ARGS="status"
	@$(STACK) exec -- $(BIN)/python -m shared.messaging.mend $(SERVICE) $(or $(ARGS),status)

rebuild: setup ## make a ledger of the forecast anew and swap it in: make rebuild LEDGER=deals DRY_RUN=1
	@$(STACK) exec -- $(BIN)/python -m services.forecast.rebuild $(or $(LEDGER),deals) $(if $(DRY_RUN),--dry-run)

lock: setup ## pin the dependencies anew: make lock UPGRADE=1 for newer versions
	@$(BIN)/python -m deploy.local.lock_requirements $(if $(UPGRADE),--upgrade)
