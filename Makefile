# Two commands do all the set-up: `make demo` and `make test`. Both install from a lock with hashes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test torture check bench lock clean

demo: $(VENV)/runtime.stamp
	@$(BIN)/python -m compileall -q app
	@$(BIN)/python -m app demo

test: $(VENV)/dev.stamp $(VENV)/tinydb-suite.stamp
	$(BIN)/ruff format --check app tests
	$(BIN)/ruff check app tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n logical

# Every fault of a disk, of other processes and of callers, at length; the short form is part of `make test`.
torture: $(VENV)/dev.stamp
	$(BIN)/python -m tests.torture

bench: $(VENV)/bench.stamp
	$(BIN)/python -m tests.bench

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/runtime.stamp: $(VENV)/python.stamp requirements.lock
	@echo "Installing what Actionbench needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: $(VENV)/python.stamp requirements-dev.lock
	@echo "Installing what the checks need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/runtime.stamp

# TinyDB's own tests: its source distribution, unpacked beside the virtual environment, never committed.
SUITE := $(VENV)/tinydb-suite
$(SUITE).stamp: $(VENV)/dev.stamp tests/tinydb-suite.txt
	@echo "Fetching TinyDB's own tests into $(SUITE) …"
	@rm -rf $(SUITE)
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps \
		--no-binary tinydb -r tests/tinydb-suite.txt -d $(SUITE) || \
		{ echo "TinyDB's own tests (its source distribution, and PyYAML) could not be fetched: tests/tinydb-suite.txt"; \
		echo "names them. The package index is needed for this once; everything else is set up."; exit 1; }
	@tar -xzf $(SUITE)/tinydb-4.9.0.tar.gz -C $(SUITE)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(SUITE)/site $(SUITE)/[Pp]y[Yy]*
	@touch $@

$(VENV)/bench.stamp: $(VENV)/dev.stamp requirements-bench.lock
	@echo "Installing the peers to measure against into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

# Needs uv; writes no download addresses.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra dev -o requirements-dev.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra dev --extra bench -o requirements-bench.lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
