# The two commands of the README are `make run` and `make test`. Everything else is below.
PROFILE ?=
PORT ?= 8000
# The first interpreter that runs and is new enough; `make PYTHON=/path/to/python run` says otherwise.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && exit; done; echo python3)
BIN := .venv/bin
export PROFILE PORT

.PHONY: run setup test coverage slow-test services-test browser-test bench lint types layers check messages lock clean

run: .venv/.ready
	@exec $(BIN)/python manage.py run_portal

setup: .venv/.ready
	@$(BIN)/python manage.py setup_demo

test: .venv/.ready-dev
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/pytest -n auto --dist worksteal -m "not services and not browser and not slow" $(ARGS)

# Which lines and branches the tests reach.
coverage: .venv/.ready-dev
	@$(MAKE) --no-print-directory test ARGS="--cov --cov-report=term $(ARGS)"

# What takes long, alone or with its many cases.
slow-test: .venv/.ready-dev
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/pytest -n auto --dist worksteal -m "slow and not services and not browser" $(ARGS)

services-test: .venv/.ready-dev
	@sh .ci/services-test $(ARGS)

browser-test: .venv/.ready-dev var/axe/node_modules/axe-core/axe.min.js
	@DJANGO_SETTINGS_MODULE=config.settings.test BROWSER_REQUIRED=$${CI:-} $(BIN)/pytest -m browser $(ARGS)

bench: .venv/.ready-dev
	@$(BIN)/python -m bench

lint: .venv/.ready-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.ready-dev
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/mypy .

layers: .venv/.ready-dev
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/lint-imports

check: lint types layers
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

# Collects the texts of the source into locale/; then translate what is empty. Needs no gettext tools.
messages: .venv/.ready
	@SECRET_KEY=x DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py texts

# Rewrites both lock files. Needs network.
lock: .venv/.ready
	@$(BIN)/pip install -q uv
	@$(BIN)/uv pip compile -q --no-strip-extras --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --no-strip-extras --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv var

.venv/.ready: requirements.txt
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "No Python was found. Install Python 3.11 or newer, or say which: make PYTHON=/path/to/python run"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, and $(PYTHON) is $$("$(PYTHON)" -c 'import platform; print(platform.python_version())'). Say which one to use: make PYTHON=/path/to/python run"; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing the locked requirements into .venv (once)"
	@[ -x $(BIN)/python ] || "$(PYTHON)" -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.txt
	@echo "Installing the locked test requirements into .venv (once)"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@echo "$(CURDIR)/requests" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/portal-apps.pth"
	@touch $@

var/axe/node_modules/axe-core/axe.min.js:
	@npm install --silent --no-fund --no-audit --prefix var/axe axe-core@4.14.1
