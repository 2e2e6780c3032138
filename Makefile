# What a person types. Each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo run chat test check bench texts retell lock clean

help:
	@echo "make demo    try the bot in a local chat page, no token, no network"
	@echo "make chat    the same in the terminal"
	@echo "make run     run the bot; BOT_TOKEN from the environment or .env"
	@echo "make test    all tests"
	@echo "make check   format, lint, types, import contracts, content, tests"
	@echo "make bench   measure the bot beside a bare PTB echo bot"
	@echo "make texts   bring the catalogues up to date with the code"
	@echo "make retell  rewrite the golden transcripts; then read the diff"
	@echo "make lock    pin the newest allowed versions"

demo: $(READY)
	$(BIN)/python -m bot demo

chat: $(READY)
	$(BIN)/python -m bot chat

run: $(READY)
	$(BIN)/python -m bot run

test: $(READY)
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot content check
	$(BIN)/python -m pytest

bench: $(READY) $(VENV)/echo
	$(BIN)/python -m tests.bench

$(VENV)/echo: requirements-bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --target $@ -r $<

EXTRACT := --keyword=say --keyword=N_ --keyword=count:1,2 --keyword=term:1c,2 --add-location=file \
	--sort-by-file --no-wrap --omit-header
texts: $(READY)
	$(BIN)/pybabel -q extract $(EXTRACT) -o locales/messages.pot handlers locales
	for language in az en ru; do \
	  $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --no-wrap \
	    -i locales/messages.pot -d locales -l $$language || exit 1; \
	done

retell: $(READY)
	$(BIN)/python -m tests.telling

lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --group dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --group pyproject.toml:bench -o requirements-bench.lock

# pip checks every file against the hashes of the lock; the project itself is linked, not copied
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "citydays needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q bot handlers data locales # for a quick first start
	touch $(READY)

clean:
	rm -rf $(VENV) build dist *.egg-info
