# Two commands: `make demo` and `make test`. Both need only Python 3.11 or newer, make and git.

PORT ?= 8000
DATA_DIR ?= $(CURDIR)/var
export DATA_DIR

# Any Python that is new enough; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# The machine's own Node when it is new enough (20.19 or 22.12), else one from PyPI in .node; SYSTEM_NODE=no forces that.
SYSTEM_NODE ?= $(shell npm --version >/dev/null 2>&1 && \
	node -p '(([a, b]) => a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? "yes" : "no")(process.versions.node.split(".").map(Number))' \
	2>/dev/null || echo no)

BIN := .venv/bin
STEP := @scripts/step
VENV := .venv/.ready
NODE := $(if $(filter yes,$(SYSTEM_NODE)),,.node/.ready)
PACKAGES := frontend/node_modules/.ready
FRONTEND := frontend/dist/manifest.json
CATALOGUES := $(wildcard frontend/locale/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
FRONTEND_SOURCES := $(shell find frontend/src frontend/styles frontend/public frontend/*.json frontend/*.ts 2>/dev/null)

ifneq ($(NODE),)
export PATH := $(CURDIR)/.node/bin:$(PATH)
endif

.PHONY: help setup frontend demo demo-reset topology test check format lock messages sbom clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- what everything needs --------------------------------------------------------------------

setup: $(VENV) $(FRONTEND) $(COMPILED) ## bring everything that is needed, start nothing

frontend: $(FRONTEND) ## build styles and scripts

$(VENV): requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed and was not found; PYTHON=/path/to/python chooses one."; exit 1; }
	$(STEP) "Python packages" scripts/python "$(PYTHON)"
	@touch $@

.node/.ready: frontend/node.lock | $(VENV)
	$(STEP) "Node.js" scripts/node
	@touch $@

$(PACKAGES): frontend/package.json frontend/package-lock.json | $(NODE)
	$(STEP) "Frontend packages" npm ci --prefix frontend --no-audit --no-fund
	@touch $@

$(FRONTEND): $(PACKAGES) $(FRONTEND_SOURCES) | $(VENV)
	$(STEP) "Frontend" npm run build --prefix frontend
	@$(BIN)/python -m whitenoise.compress --quiet frontend/dist
	@touch $@

%.mo: %.po | $(VENV)
	$(STEP) "Translations ($(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<))), $(notdir $*))" $(BIN)/python scripts/messages.py compile $< $@

# --- the two commands -------------------------------------------------------------------------

demo: export DEMO = 1
demo: export BASE_URL ?= http://localhost:$(PORT)
demo: demo-port setup ## start the demo on PORT (8000)
	@[ -e "$(DATA_DIR)/migrated" ] && [ -e "$(DATA_DIR)/wijkplatform.sqlite3" ] && \
		[ -z "$$(find .venv/.ready platform participation cms \( -path '*/migrations/*.py' -o -name .ready \) -newer "$(DATA_DIR)/migrated")" ] || \
		{ scripts/step "Database" $(BIN)/python manage.py migrate --verbosity 0 && touch "$(DATA_DIR)/migrated"; }
	@[ -e "$(DATA_DIR)/demo-loaded" ] || { scripts/step "Demo municipality" $(BIN)/python manage.py load_demo && touch "$(DATA_DIR)/demo-loaded"; }
	@exec $(BIN)/python scripts/demo.py serve $(PORT)

.PHONY: demo-port
demo-port:
	@[ -z "$(PYTHON)" ] || $(PYTHON) scripts/demo.py port $(PORT)

demo-reset: ## throw the demo's data away and start anew
	rm -rf "$(DATA_DIR)"/wijkplatform.sqlite3* "$(DATA_DIR)/migrated" "$(DATA_DIR)/demo-loaded" "$(DATA_DIR)/media" "$(DATA_DIR)/photos"
	@$(MAKE) --no-print-directory demo

topology: setup ## production's processes on this machine, behind nginx with TLS, on TLS_PORT (8443)
	@exec $(BIN)/python scripts/topology.py run --data "$(DATA_DIR)/topology" --port $(or $(TLS_PORT),8443)

test: setup ## the whole suite; REQUIRE_ALL=1 makes a skipped part a failure
	@$(BIN)/python scripts/suite.py

# --- keeping house ----------------------------------------------------------------------------

check: setup ## format, lint, types, contracts, migrations, translations: in seconds
	@status=0; check() { scripts/step "$$@" || status=1; }; \
	DATA_DIR=$$(mktemp -d); trap 'rm -rf "$$DATA_DIR"' EXIT; export DATA_DIR DEMO=1; \
	(check "Python types" $(BIN)/mypy; exit $$status) >"$$DATA_DIR/types" & types=$$!; \
	check "Python format" $(BIN)/ruff format --check .; \
	check "Python lint" $(BIN)/ruff check .; \
	check "Import contracts" $(BIN)/lint-imports; \
	check "Migrations" $(BIN)/python manage.py makemigrations --check --dry-run; \
	check "System checks" $(BIN)/python manage.py check --fail-level WARNING; \
	check "Frontend types" npm run check --prefix frontend; \
	check "Architecture and translations" $(BIN)/python -m pytest tests/architecture -q; \
	wait $$types || status=1; cat "$$DATA_DIR/types"; \
	exit $$status

format: $(VENV) ## put the Python sources in the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV) ## solve pyproject.toml again into requirements.lock and frontend/node.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group dev pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group pyproject.toml:node --output-file frontend/node.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--constraint requirements.lock pyproject.toml --output-file platform/deploy/requirements.lock

messages: $(VENV) ## gather every text on screen into the .po files, keeping translations
	$(BIN)/python scripts/messages.py update

sbom: $(VENV) ## write var/sbom.cdx.json (CycloneDX) from the lock files
	@mkdir -p $(DATA_DIR)
	$(BIN)/python scripts/sbom.py > $(DATA_DIR)/sbom.cdx.json

clean: ## remove everything that was built or brought, keep the data
	rm -rf .venv .node frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find frontend/locale -name '*.mo' -delete
