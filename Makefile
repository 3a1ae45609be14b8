# The commands of the portal; "make help" lists them. Needs GNU make, Python 3.11+ and nothing else.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= auto
ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet install --require-hashes
APPS := cms municipalities services cooperations search home

# A database named on the command line or in .env is the one that every step works on.
DATABASE_URL ?= $(shell sed -n 's/^DATABASE_URL=//p' .env 2>/dev/null)
ifneq ($(strip $(DATABASE_URL)),)
export DATABASE_URL
STAMP := var/stamps/$(shell printf '%s' '$(DATABASE_URL)' | cksum | cut -d' ' -f1)
else
unexport DATABASE_URL
STAMP := var/stamps/sqlite
# The stamps mean nothing when the file that they speak of was deleted.
EMPTY := $(if $(wildcard var/portal.sqlite3),,FORCE)
endif
export PORTAL_URL ?= http://$(HOST):$(PORT)

ASSETS := cms/static/build/css/portal.css
PO := $(wildcard cms/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
MIGRATIONS := $(shell find $(APPS) -path '*/migrations/*.py' 2>/dev/null)
DEMO := $(shell find $(APPS) \( -path '*/demo/*' -o -name load_demo.py \) -type f ! -name '*.pyc' 2>/dev/null)

# Puts Node.js on the path: the machine's if it is new enough for the tools, else the one that PyPI offers.
NODE_IS_FIT := node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a >= 24 || (a == 22 && b >= 16) || (a == 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1
WITH_NODE := if ! $(NODE_IS_FIT); then PATH="$(CURDIR)/$(VENV)/bin:$$PATH"; export PATH; \
	$(NODE_IS_FIT) || { echo "→ Node.js, because this machine has none of version 20.19 or newer"; \
	$(PIP) -r requirements-node.txt; }; fi &&

.PHONY: help setup run serve test lint format bench-references pictures messages requirements assets clean FORCE
.PHONY: lint-style lint-types lint-imports lint-templates lint-project

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8080 chooses the port, ARGS=\"-k words\" goes to pytest, DATABASE_URL=postgres://… the database."

run: setup serve ## Set everything up with demonstration content and start the portal

setup: $(ASSETS) $(MO) $(STAMP).indexed ## Everything that "run" does, but without starting the portal
	@mkdir -p var/static var/media

serve: $(VENV)/.installed $(ASSETS) $(MO) ## Start the portal as it is (PORT=8000)
	@mkdir -p var/static var/media
	@$(PY) manage.py install_portal --host $(HOST) --port $(PORT) >/dev/null
	@$(PY) manage.py demo_addresses
	@export TASKS=database; $(PY) manage.py db_worker --backend background --verbosity 0 & worker=$$!; \
	$(PY) manage.py runserver $(HOST):$(PORT) & server=$$!; \
	trap 'kill $$worker $$server 2>/dev/null' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; wait $$server

test: $(VENV)/.installed-dev $(ASSETS) $(MO) ## Run all tests (ARGS="-k words", DATABASE_URL=postgres://…)
	@mkdir -p var/static var/media
	@$(WITH_NODE) $(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: lint-style lint-types lint-imports lint-templates lint-project ## Check style, types, imports, templates, migrations, translations

lint-style: $(VENV)/.installed-dev
	@echo "→ Style"
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }

lint-types: $(VENV)/.installed-dev
	@echo "→ Types"
	@$(VENV)/bin/mypy

lint-imports: $(VENV)/.installed-dev
	@echo "→ Direction of imports"
	@mkdir -p var
	@$(VENV)/bin/lint-imports --no-logo >var/lint-imports.log 2>&1 || { cat var/lint-imports.log; exit 1; }

lint-templates: $(VENV)/.installed-dev
	@echo "→ Indentation of templates"
	@mkdir -p var
	@find $(APPS) -path '*/templates/*.html' -exec $(VENV)/bin/djhtml --check -t 2 {} + >var/djhtml.log 2>&1 \
		|| { cat var/djhtml.log; echo "Run: make format"; exit 1; }

lint-project: $(VENV)/.installed-dev $(MO)
	@echo "→ System checks, migrations, translations, files"
	@mkdir -p var
	@$(PY) manage.py check
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) manage.py messages --check
	@$(PY) -m pytest --quiet tests/test_repository.py

bench-references: $(VENV)/.installed-dev $(MO) ## Measure publishing a shared text that 400 municipalities changed
	@$(PY) -m tests.bench.references

pictures: $(VENV)/.installed-dev $(ASSETS) $(MO) ## Take the pictures of the editors' guide anew (needs Chromium)
	@$(PY) -m docs.editors.take_pictures

format: $(VENV)/.installed-dev ## Bring code and templates into the house style
	@$(VENV)/bin/ruff check --fix --quiet . || true
	@$(VENV)/bin/ruff format .
	@find $(APPS) -path '*/templates/*.html' -exec $(VENV)/bin/djhtml -t 2 {} + || true

messages: $(VENV)/.installed-dev ## Bring the catalogue of translations in step with code and templates
	@$(PY) manage.py messages

requirements: $(VENV)/.installed-dev ## Compile requirements*.txt anew (ARGS=--upgrade for newer versions)
	@for name in requirements requirements-dev requirements-node; do \
		echo "→ $$name.txt"; \
		$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --universal \
			--python-version 3.11 --custom-compile-command "make requirements" $(ARGS) $$name.in -o $$name.txt \
			|| exit 1; \
	done

assets: $(ASSETS) ## Build style sheet, script and fonts

clean: ## Remove what was built or installed; the database and the media stay
	rm -rf $(VENV) node_modules cms/static/build var/stamps .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find $(APPS) tests -name __pycache__ -prune -exec rm -rf {} +
	rm -f $(MO)

# Steps with a file that says when they were last done.

$(PY):
	@for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "→ Virtual environment ($$candidate)"; \
			"$$candidate" -m venv $(VENV) && exit 0; \
			rm -rf $(VENV); \
			echo "The virtual environment could not be made; on Debian and Ubuntu: apt install python3-venv"; \
			exit 1; \
		fi; \
	done; \
	echo "The portal needs Python 3.11 or newer, and there is none here. PYTHON=/path/to/python make … names one."; \
	exit 1

$(VENV)/.installed: requirements.txt | $(PY)
	@echo "→ Python packages"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "→ Python packages for tests and tools"
	@$(PIP) -r requirements-dev.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json .npmrc | $(VENV)/.installed
	@$(WITH_NODE) { echo "→ Packages for the assets"; npm ci --silent; }
	@touch $@

$(ASSETS): node_modules/.package-lock.json $(shell find cms/assets -type f)
	@echo "→ Style sheet, script, fonts"
	@$(WITH_NODE) node cms/assets/build.mjs

$(MO) &: $(PO) | $(VENV)/.installed
	@$(PY) manage.py messages --compile
	@touch $(MO)

$(STAMP).migrated: $(VENV)/.installed $(MIGRATIONS) $(EMPTY) | $(MO)
	@echo "→ Database"
	@mkdir -p $(dir $@)
	@$(PY) manage.py migrate --no-input --verbosity 0
	@touch $@

$(STAMP).loaded: $(STAMP).migrated $(DEMO)
	@echo "→ Demonstration content"
	@$(PY) manage.py load_demo
	@touch $@

$(STAMP).indexed: $(STAMP).loaded
	@echo "→ Search index"
	@$(PY) manage.py rebuild_search_index
	@touch $@

FORCE:
