# `make help` lists the targets. Everything is installed into .venv in this checkout.
PYTHON ?= python3
# Where `make run` listens, if not where citewell does by itself: make run PORT=8100
PORT ?=
# Not ?=: some shells and tools set HOST to the machine's name.
HOST =
PYTEST_ARGS ?=
# The PyTorch that `make lock` pins; the rest is resolved from pyproject.toml.
TORCH ?= 2.13.0

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
# The index that the commands use, holding the seed unless documents were indexed into it.
INDEX := $(or $(CITEWELL_INDEX),.citewell/index)/CURRENT
LOCK := build/lock
# -qq: errors only.
PIP := -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install run browser test check fix eval bench bench-quality bench-scale lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

install: $(DEV) ## make .venv with citewell and the development tools
	@echo "$(BIN)/citewell is ready."

run: $(RUNTIME) $(INDEX) ## serve the page and the API (PORT=8100 HOST=0.0.0.0)
	@exec $(BIN)/citewell serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

# Two processes of one thread each: on two cores PyTorch's own threads would wait for each other.
# Bytecode is written whatever the shell has set: hundreds of processes are started, each of which
# would compile citewell anew.
test: $(DEV) browser ## run every test (PYTEST_ARGS="-k name")
	@OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 2 --dist worksteal $(PYTEST_ARGS)

check: $(DEV) ## formatting, lint, types, direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(DEV) ## format, and repair what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

eval: $(RUNTIME) $(INDEX) ## measure on the seed's questions
	@$(BIN)/citewell eval seeds/questions.jsonl

# Folder of benchmark collections, where there is one: for published figures, and for quality.
COLLECTIONS ?= $(wildcard ../shared/data)

bench: $(RUNTIME) $(INDEX) ## time questions beside a plain baseline, check published figures
	@$(BIN)/citewell eval bench $(if $(COLLECTIONS),--collections $(COLLECTIONS))

bench-quality: $(RUNTIME) ## measure beside plain dense, BM25 and RRF on benchmark collections
	@$(BIN)/citewell eval quality $(if $(COLLECTIONS),--collections $(COLLECTIONS))

bench-scale: $(RUNTIME) ## time 60,789 documents, and questions among 300,000 passages (90 minutes)
	@$(BIN)/citewell eval scale --collections "$(COLLECTIONS)"
	@$(BIN)/citewell eval growth --collections "$(COLLECTIONS)"

clean: ## remove .venv, the index, caches and build folders
	rm -rf $(VENV) .citewell build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .schemathesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- the environment -------------------------------------------------------------------

$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null \
		|| { echo "$(PYTHON) not found: install Python 3.11 or newer," \
			"or name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "citewell needs Python 3.11 or newer, and $(PYTHON) is" \
			"$$($(PYTHON) --version 2>&1): name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "no virtual environment could be made: install the venv" \
			"module (Debian: the package python3-venv) and repeat" >&2; exit 1; }

define install
	@echo "Installing into $(VENV): a few minutes the first time."
	@$(BIN)/python $(PIP) install -qq --no-compile -c constraints.txt torch \
		|| { echo "pip could not install PyTorch's CPU build as constraints.txt pins it. If it finds" \
			"none, set PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS to where PyTorch's CPU wheels" \
			"are (see the head of constraints.txt) and repeat." >&2; exit 1; }
	@$(BIN)/python $(PIP) install -qq --no-compile -c constraints.txt -e "$(1)" \
		|| { echo "The installation failed. All that pip has to say about it:" \
			"$(BIN)/python -m pip install -c constraints.txt -e '$(1)'" >&2; exit 1; }
	@$(BIN)/python -c 'import torch; raise SystemExit(torch.version.cuda is not None)' \
		|| { echo "PyTorch in $(VENV) does not load or is a CUDA build, and citewell is for the" \
			"CPU: run 'make clean', then repeat." >&2; exit 1; }
	@touch $(RUNTIME)
	@# What pip would do for a minute in one process, beside whatever comes next; what is imported
	@# before its turn is compiled then. Some packages have files that are no Python: no matter.
	@$(BIN)/python -m compileall -q $(VENV)/lib </dev/null >/dev/null 2>&1 &
endef

$(RUNTIME): $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	$(call install,.)

$(DEV): $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	$(call install,.[dev])
	@touch $(DEV)

$(INDEX): | $(RUNTIME)
	@$(BIN)/citewell index seeds/

browser: # Chromium, for the tests that drive the page
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		command -v $$name >/dev/null && exit 0; \
	done; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing Chromium for the browser tests."; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	else \
		echo "The browser tests need chromium or google-chrome on the PATH: install one and" \
			"repeat, or run the other tests: $(BIN)/pytest -m 'not browser'" >&2; exit 1; \
	fi

# ---- the pins --------------------------------------------------------------------------

define requirements
import tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
print(*project["dependencies"], *project["optional-dependencies"]["dev"], sep="\n")
endef
export requirements

lock: ## pin anew what pyproject.toml resolves to, in constraints.txt (on Linux)
	@[ "$$(uname -s)" = Linux ] || { echo "make lock runs on Linux: the pins are made there" >&2; exit 1; }
	rm -rf $(LOCK)
	$(PYTHON) -m venv $(LOCK)
	@$(LOCK)/bin/python -c "$$requirements" > $(LOCK)/requirements.txt
	$(LOCK)/bin/python $(PIP) install -qq "torch==$(TORCH)+cpu" -r $(LOCK)/requirements.txt
	@sed -n '/^#/p' constraints.txt > $(LOCK)/constraints.txt
	@$(LOCK)/bin/python $(PIP) freeze --all > $(LOCK)/frozen.txt
	@sed -e '/^pip==/d' -e '/^wheel==/d' \
		-e 's/^torch==.*/torch==$(TORCH)+cpu ; sys_platform == "linux"\ntorch==$(TORCH) ; sys_platform != "linux"/' \
		$(LOCK)/frozen.txt >> $(LOCK)/constraints.txt
	@mv $(LOCK)/constraints.txt constraints.txt
	@rm -rf $(LOCK)
	@echo "constraints.txt is new: read its diff, then run make test."
