# `make run` tries the site, `make test` tests it; the rest is below. Only relative paths: the folder may have spaces.

MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python

# A virtual environment whose Python does not run any more (moved, half made, system upgraded) is made anew.
BROKEN := $(shell $(PYTHON) -c "" 2>/dev/null || echo broken)
RUNTIME := .venv/.installed
DEVELOPMENT := .venv/.installed-dev

.PHONY: run test check lint types deploy serve stop clean lock bench bench-slots soak faults prove-reload broken

# Ready to try: demonstration data and logins. DEBUG and DEMO_MODE are on unless the environment or .env says otherwise;
# with a DATABASE_URL no demo mode and no logins.
run: $(RUNTIME)
	@exec sh scripts/with_demo.sh $(PYTHON) manage.py run

# Production: settings from the environment or .env. First `deploy`, on every host, for each new version; then `serve`, or
# SIGHUP to the one that runs.
deploy: $(RUNTIME)
	@exec $(PYTHON) manage.py deploy

serve: $(RUNTIME)
	@exec $(PYTHON) manage.py serve

# End a web server and an embedded database that a killed run left behind.
stop: $(RUNTIME)
	@$(PYTHON) manage.py stop

test: $(DEVELOPMENT)
	@$(PYTHON) -m tests.support.chromium
	@$(PYTHON) -m tests.support.proxies
	$(PYTHON) -m pytest -n auto

# Everything that CI looks at, but for the tests.
check: lint types

# xenon counts `and`, `or`, ternaries and comprehensions as branches, too; B is at most 10 for a function.
MEASURED := accounts appointments bench booking_site bookings scheduling conftest.py manage.py

lint: $(DEVELOPMENT)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/lint-imports
	$(PYTHON) -m djlint --lint --quiet .
	$(PYTHON) -m xenon --max-absolute B $(MEASURED)

types: $(DEVELOPMENT)
	$(PYTHON) -m mypy

bench: $(DEVELOPMENT)
	@$(PYTHON) -m bench

# Free slots among 10 thousand and a million bookings, beside bare SQL and another package.
bench-slots: $(DEVELOPMENT)
	@$(PYTHON) -m bench.slots

# Random use of a site of its own while its web workers and its database are killed; docs/soak.md.
MINUTES := 10
soak: $(DEVELOPMENT)
	@$(PYTHON) -m bench.soak --minutes $(MINUTES) --faults

# Ten reloads of a served site under a light load; no request may fail.
prove-reload: $(DEVELOPMENT)
	RELOADS=10 $(PYTHON) -m pytest -p no:randomly -s tests/runtime/test_reload.py -k light_load

# The served site while its database or mail server fails in every way we know; docs/faults.md.
faults: $(DEVELOPMENT)
	@$(PYTHON) -m bench.faults
	@$(PYTHON) -m bench.faults --socket --only frozen --only away --only "out of connections"

# Compile the pinned requirements; names, versions and hashes only, nothing of this machine.
lock: $(DEVELOPMENT)
	sh scripts/lock.sh

# Remove the virtual environment and all data: asks first, or FORCE=1.
clean:
	@FORCE="$(FORCE)" sh scripts/clean.sh

$(RUNTIME): requirements.txt $(BROKEN)
	@sh scripts/install.sh $(RUNTIME) requirements.txt

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@sh scripts/install.sh $(DEVELOPMENT) requirements.txt requirements-dev.txt
