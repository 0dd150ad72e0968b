# `make` alone lists the targets. PORT=, VIDEOGEN_DATA= and every other VIDEOGEN_* setting work with each target.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --quiet
ARGS ?=
# Tests wait more than they compute, so three at a time keep two cores busy.
JOBS ?= 3
# How often a test that failed is run again. A test that fails once in a while has to be fixed, so: never.
RERUNS ?= 0

ifdef PORT
export VIDEOGEN_PORT := $(PORT)
endif

.DEFAULT_GOAL := help
.PHONY: help setup run test coverage test-system-sqlite fresh bench torture fuzz fuzz-readers fuzz-properties soak check check-js format package release lock gallery screenshots test-setup tools

help:  ## Show this help.
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: $(VENV)/.installed  ## Create .venv and install the dependencies, unless that is done.

run: setup  ## Start the server on http://127.0.0.1:8000 (PORT=8001, VIDEOGEN_DATA=dir). An empty store gets an example.
	exec $(PY) app.py serve --demo

test: test-setup  ## Run all tests; install what they need first. ARGS="tests/cli -x" goes to pytest; JOBS=1 runs one at a time.
	$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --reruns $(RERUNS) -rR $(ARGS)

test-system-sqlite: test-setup  ## Run all tests with Python's own SQLite instead of pysqlite3's. ARGS="tests/models -x" goes to pytest.
	PYTHONPATH=$(CURDIR)/tests/models/system_sqlite $(PY) -m pytest $(ARGS)

coverage: test-setup  ## Run the tests and report which lines they never run. ARGS="-m unit" goes to pytest.
	rm -rf build/coverage && mkdir -p build/coverage
	$(PY) -m coverage run -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

fresh:  ## As root on Debian: render first videos in minimal systems of two releases, and run all tests in the newer. SUITES="test-older test-as-user image"
	tests/fresh/fresh.sh $(or $(SUITES),run test)

bench: test-setup $(VENV)/.installed-for-bench  ## Run the benchmarks and print a table.
	@$(PY) -m tests.bench $(ARGS)

torture: test-setup  ## Kill processes 500 times under load and check the data. ARGS="--kills 50 --database postgresql --files s3".
	$(PY) -m tests.torture $(ARGS)

fuzz: fuzz-readers fuzz-properties  ## Do both of the following.

fuzz-readers: test-setup $(VENV)/.installed-for-fuzz  ## Give each reader of strangers' files 12,000 damaged inputs, guided by coverage. ARGS="yaml --runs 500".
	@$(PY) -m tests.fuzz $(ARGS)

fuzz-properties: test-setup  ## Run the property tests with 50 times as many examples (TEST_FUZZ=500: ten times that). ARGS="tests/script" for a part.
	TEST_FUZZ=$(or $(TEST_FUZZ),50) $(PY) -m pytest $(or $(ARGS),$(shell grep -rl --include='test_*.py' 'hypothesis' tests))

soak: test-setup  ## Render videos for half an hour under load and report what grew. ARGS="--minutes 600".
	$(PY) -m tests.soak $(ARGS)

check: test-setup check-js  ## Check style and types.
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

# The pages need no Node; changing their JavaScript does. package.json pins the tools, and there is no lock file.
check-js:
	@if command -v npm >/dev/null; then \
		[ node_modules/.installed -nt package.json ] || { npm install --no-package-lock --no-audit --no-fund --silent && touch node_modules/.installed; } \
			|| { echo "Skipped the JavaScript checks: npm cannot install what package.json names." >&2; exit 0; }; \
		npm run --silent lint && npm run --silent types; \
	else \
		echo "Skipped the JavaScript checks: npm is not installed. On Debian and Ubuntu: apt-get install npm" >&2; \
	fi

format: test-setup  ## Format the code.
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

release: test-setup  ## Check the tree, date the changelog, set the version, commit and tag: VERSION=0.2.0.
	$(PY) -m tests.packaging.release $(VERSION)

package: test-setup  ## Build dist/*.whl and dist/*.tar.gz.
	$(PY) -m build --no-isolation --outdir dist .

lock: $(PY)  ## Update requirements*.lock and the table of wheels after a change of pyproject.toml.
	$(PIP) uv==0.13.9
	$(PY) -m tests.packaging.lock

gallery: test-setup  ## Draw each kind of scene in each theme and shape, and a page of them all, to build/gallery.
	$(PY) -m tests.docs.gallery $(ARGS)

screenshots: test-setup  ## Take the documentation's screenshots of the real app.
	$(PY) -m tests.docs.screenshots

test-setup: $(VENV)/.installed-for-tests tools

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "videogen needs Python 3.11 or newer. Choose it with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(call install,python3-venv) \
		|| { echo "This Python has no venv. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(PY)
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --editable .
	$(call fits)
	@touch $@

$(VENV)/.installed-for-tests: requirements-test.lock pyproject.toml | $(PY)
	$(PIP) --require-hashes --requirement requirements-test.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	$(call fits)
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-for-bench: pyproject.toml | $(PY)
	$(PIP) --editable '.[test,bench]'
	@touch $@

$(VENV)/.installed-for-fuzz: pyproject.toml | $(PY)
	$(PIP) --editable '.[test,fuzz]'
	@touch $@

# Check that the lock satisfies pyproject.toml.
define fits
@$(PY) -m pip --disable-pip-version-check check >&2 || { echo "The lock does not satisfy pyproject.toml. Update it: make lock" >&2; exit 1; }
endef

# Programs that tests run: program, or program:package (file:package) if the package has another name. Without them some tests are
# skipped; in CI that is a failure. The Node that drives the browser needs libatomic, which Debian 12 brings with nothing else. promtool
# PostgreSQL and pgbouncer bring servers, which are started where systemd is: they are installed in CI alone.
TOOLS := $(if $(filter Linux,$(shell uname)),libatomic.so.1:libatomic1) $(if $(filter true,$(CI)),promtool:prometheus /usr/lib/postgresql:postgresql pgbouncer) chromium-headless-shell espeak-ng sqlite3 curl openssl nginx caddy haproxy systemd-analyze:systemd node:nodejs ip:iproute2 /usr/share/unicode/BidiTest.txt:unicode-data
tools:
	@missing=; for tool in $(TOOLS); do \
		PATH="$$PATH:/usr/sbin:/sbin"; name=$${tool%:*}; \
		command -v $$name >/dev/null || [ -e $$name ] || ldconfig -p 2>/dev/null | grep -q "^[[:space:]]*$$name " \
			|| missing="$$missing $${tool#*:}"; \
	done; \
	[ -z "$$missing" ] || $(call install,$$missing) || { \
		echo "Some tests need:$$missing. As root on Debian and Ubuntu: apt-get install --no-install-recommends$$missing" >&2; \
		[ "$(CI)" != true ]; \
	}

# Install Debian packages, as root or if sudo needs no password; fail elsewhere.
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)
install = { command -v apt-get >/dev/null && $(SUDO) true 2>/dev/null && echo "Installing $(1)" >&2 \
	&& { $(SUDO) apt-get -qq install --yes --no-install-recommends $(1) >/dev/null 2>&1 \
		|| { $(SUDO) apt-get -qq update && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $(1) >/dev/null; }; }; }
