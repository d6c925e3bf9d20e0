# make test: everything that continuous integration runs. make demo: a trained, exported classifier.
# make docs: the site, in English and Korean, below build/docs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint docs benchmark clean

demo: $(READY)
	rm -rf demo
	PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/demo.sh

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

docs: $(READY)
	$(BIN)/python -m docs

benchmark: $(READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Made once, and again when what it should contain has changed.
$(READY): setup.cfg constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing TensorFlow and others into $(VENV): about 3 GB, some minutes."
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
