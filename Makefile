# make demo    a real QGIS searches, downloads and loads, with pictures of each step in build/demo/
# make test    everything that can be proved here; what CI runs
# make check   the same without the real desktop and the other Pythons; what to run before a commit
# make fuzz    10,000 damaged answers for every protocol, some minutes
# make docs    the tables of docs/portals that are made from the code
# make qt6     the plugin's windows on Qt 6, of which QGIS 4 is made
# make bench   our claims, measured beside the alternatives
# make run     your own QGIS with the plugin, in a profile of its own
# make link    this checkout into a QGIS profile (PROFILE=folder, or your default one)
# make package the zip to install or upload
# make i18n    new texts into the French file, and the compiled translations

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test check bench run link package i18n clean setup lint types gate pythons fuzz docs qt6

PYTHON := .venv/bin/python
PYTEST := .venv/bin/pytest # not python -m pytest: the root must not come before QGIS's own modules
READY := .venv/ready

help:
	@sed -n 's/^# //p' Makefile | sed '/^$$/d'

setup: $(READY)

$(READY): requirements-dev.txt scripts/setup.sh
	@scripts/setup.sh
	@touch $@

# --- proving ---------------------------------------------------------------------------------

test: lint types gate pythons
	$(PYTEST)

check: lint types gate
	$(PYTEST) --ignore=tests/desktop

lint: $(READY)
	.venv/bin/ruff check --quiet --output-format concise .
	.venv/bin/ruff format --quiet --check .

types: $(READY)
	@mkdir -p build/package && ln -sfn $(CURDIR) build/package/sentinel_portals
	cd build/package && ../../.venv/bin/mypy --config-file ../../pyproject.toml -p sentinel_portals.core -p sentinel_portals.providers

gate: package
	$(PYTHON) scripts/site_scan.py build/sentinel_portals-*.zip

pythons: $(READY)
	@$(PYTHON) scripts/other_pythons.py tests/core tests/providers

fuzz: $(READY)
	SENTINEL_PORTALS_FUZZ=10000 $(PYTEST) tests/providers -k "damaged_answer" --durations=0

qt6: $(READY)
	$(PYTEST) tests/qt6

bench: $(READY)
	@$(PYTHON) scripts/side_venv.py bench
	$(PYTHON) benchmarks/run.py

# --- showing ---------------------------------------------------------------------------------

demo: $(READY)
	$(PYTHON) scripts/demo.py

run: $(READY)
	$(PYTHON) scripts/qgis_profile.py run

link: $(READY)
	$(PYTHON) scripts/qgis_profile.py link $(PROFILE)

# --- shipping --------------------------------------------------------------------------------

package: $(READY)
	@$(PYTHON) scripts/package.py

docs: $(READY)
	$(PYTHON) scripts/portals_table.py

i18n: $(READY)
	$(PYTHON) scripts/i18n.py

clean:
	rm -rf build .venv .venv-*
