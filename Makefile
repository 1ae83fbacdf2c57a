# `make run` starts the suite, `make test` proves it. `make help` lists everything.
# Settings: PYTHON (the interpreter the environment is made with), VENV (its folder), PORT (the gateway's),
# AMQP_URI and DATABASE_ADMIN_URL (a broker and a PostgreSQL somebody else runs), INSTANCES_<DEPARTMENT>.

SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV ?= .venv
RUN := $(VENV)/bin/python

.PHONY: help run up down status test check cli bench soak lock system venv venv-test browser clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: venv ## start everything, do the main job, serve until Ctrl-C (ONCE=1: stop after the main job)
	@$(RUN) -m deploy.run run $(if $(ONCE),--once)

up: venv ## start everything in the background
	@$(RUN) -m deploy.run up

down: venv ## stop what runs in the background
	@$(RUN) -m deploy.run down

status: venv ## what runs, on which ports, how often it was restarted
	@$(RUN) -m deploy.run status || test $$? -eq 3

test: venv-test browser ## the whole suite on private servers (ARGS="-k word" for a part)
	@$(RUN) -m pytest $(ARGS)

check: venv-test ## lint, types, walls
	@$(RUN) -m ruff check services gateway deploy tests
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports
	@$(RUN) -m pytest -q tests/walls

cli: venv ## build the wheel of the `sunshine` command line, installable alone, into dist/
	@$(RUN) gateway/cli/wheel/make_wheel.py dist

bench: venv-test ## measure against the named opponents; prints a table, writes .run/bench.json (ARGS="P1 P2")
	@$(RUN) -m deploy.bench $(ARGS)

soak: venv-test ## the fault tests for a long time (MINUTES=60)
	@SOAK_MINUTES=$(or $(MINUTES),60) $(RUN) -m pytest -m "soak" --timeout 0 $(ARGS)

lock: venv-test ## pin and hash the requirements anew from their .in files
	@for kind in runtime test; do \
	  $(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --system-certs \
	    --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
	    deploy/requirements/$$kind.in -o deploy/requirements/$$kind.txt || exit 1; done

system: ## install what the machine itself lacks (Debian and its kin, as root)
	@$(PYTHON) deploy/system_packages.py

venv:
	@$(PYTHON) deploy/environment.py runtime $(VENV)

venv-test:
	@$(PYTHON) deploy/environment.py test $(VENV)

# The tests of pages need a browser, once there are pages.
browser:
	@if [ -d gateway/templates ]; then $(PYTHON) deploy/system_packages.py --browser; fi

clean: ## remove the environment and the run folder (stop it first)
	@$(if $(wildcard $(VENV)/bin/python),$(RUN) -m deploy.run down)
	@rm -rf $(VENV) .run .mypy_cache .ruff_cache .pytest_cache .hypothesis
