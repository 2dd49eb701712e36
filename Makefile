# Everything one does with Hookscope. `make run` and `make test` set up all they need themselves (packaging/setup.sh).

ARGS ?=
export PYTHON ?=
python := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test check bench shots wheel clean set-up-run set-up-test

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo 'ARGS="…" is handed on (make run ARGS="listen --port 0"), PYTHON=python3.12 chooses the interpreter.'

run: set-up-run ## Open the window (without a display: listen in the terminal)
	@$(python) -m hookscope $(ARGS)

test: set-up-test ## Run the tests
	@$(python) -m pytest -n auto --maxprocesses 4 $(ARGS)

check: set-up-test ## Check style and types (ruff, mypy --strict)
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m mypy

bench: set-up-test ## Measure capture, latency, window, start-up and memory against bare aiohttp
	@PYTHONPATH=tests $(python) -m bench $(ARGS)

shots: set-up-test ## Take pictures of every main view, light and dark, into shots/
	@PYTHONPATH=tests $(python) -m helpers.shots $(ARGS)

wheel: set-up-test ## Build the wheel into dist/
	@$(python) -m hatchling build -t wheel

clean: ## Remove everything that was made here, the virtual environment too
	rm -rf .venv build dist shots .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find app tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +

set-up-run set-up-test: set-up-%:
	@sh packaging/setup.sh $*
