# Two commands do all the set-up: `make demo` and `make test`. Both install from a lock with hashes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check bench lock clean

demo: $(VENV)/runtime.stamp
	@$(BIN)/python -m compileall -q app
	@$(BIN)/python -m app demo

test: $(VENV)/dev.stamp
	$(BIN)/ruff format --check app tests
	$(BIN)/ruff check app tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n logical

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
