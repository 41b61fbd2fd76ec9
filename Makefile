# Thin on purpose: each target is a command or two of the tools that the lock files pin. Needs python3 and make.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PROTOS := $(sort $(wildcard protos/*/*/*.proto protos/*/*/*/*.proto))
BASELINE := protos/baseline.binpb
FRESH := build/generated
IMAGE ?= xueji:dev

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# pip, because it is what a machine's mirrors, proxies and certificates are configured for.
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
$(READY): requirements-dev.lock
	@test ! -L $(VENV) || { echo '$(VENV) is a link: remove it first, or what it leads to would be cleared'; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## the isolated environment, from the lock files with their hashes

demo: $(READY) ## a federation on this machine and the story of its pupils; stays up until Ctrl-C
	$(BIN)/xueji demo

demo-once: $(READY) ## the same, gone when the story is told; its report as JSON comes last
	$(BIN)/xueji demo --once --json

test: format-check lint types layers proto-check unit scenarios federation test-browser ## all that the gate checks

# Two workers for two cores. A module's tests stay together, so that what it started is started once.
unit: $(READY) ## every test but those of the whole federation and of the browser
	$(BIN)/pytest tests --ignore=tests/federation --ignore=tests/scenarios --ignore=tests/browser --numprocesses=2 --dist=loadfile --durations=10

# In one process, which holds every office of the federation: it is started once.
scenarios: $(READY) ## the Measures as registrars tell them, over the whole federation, through its public doors
	$(BIN)/pytest tests/scenarios --durations=10

# By itself: a dozen services, and tests that measure whether they catch up in time.
federation: $(READY) ## the whole federation as processes, with failures
	$(BIN)/pytest tests/federation --durations=10

kill-transfers: $(READY) ## a transfer between provinces with an office killed, at every point that it passes
	$(BIN)/pytest tests/federation/test_kill_points.py --every-kill-point

chaos-transfers: $(READY) ## many transfers at once while hubs, index, broker and database are killed (TRANSFERS=n, SEED=n)
	PYTHONPATH=tests $(BIN)/python -m chaos --transfers $(or $(TRANSFERS),1000) --seed $(or $(SEED),7)

# Pictures of every page are left in build/gallery. What did not run is said last, where it is read.
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
test-browser: $(READY) ## the portals in a real Chromium, with a gallery of pictures in build/gallery
ifneq ($(CHROMIUM),)
	$(BIN)/pytest tests/browser --durations=10
else
	@echo '*** The browser tests did not run: there is no Chromium here (Debian: chromium, fonts-noto-cjk). ***'
endif

format: $(READY) ## write every file in the one form
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

format-check: $(READY)
	$(BIN)/ruff format --check

lint: $(READY) ## ruff
	$(BIN)/ruff check

types: $(READY) ## mypy; the kernel under --strict
	$(BIN)/mypy services tests deploy benchmarks

layers: $(READY) ## who may import whom
	$(BIN)/lint-imports --no-logo

define generate
	$(BIN)/python -m grpc_tools.protoc -Iprotos --plugin=protoc-gen-mypy=$(BIN)/protoc-gen-mypy \
	  --plugin=protoc-gen-mypy_grpc=$(BIN)/protoc-gen-mypy_grpc \
	  --python_out=$(1) --mypy_out=quiet:$(1) --grpc_python_out=$(1) --mypy_grpc_out=quiet:$(1) $(PROTOS)
	@rm -f $(1)/buf/validate/*_grpc.py*
	@find $(1)/xueji -name '*_grpc.py*' -size -600c -delete
endef

proto: $(READY) ## generate services/xueji and services/buf from protos/
	$(call generate,services)

proto-check: $(READY) ## contracts are in form, only grow, and the generated code is theirs
	$(BIN)/buf lint protos
	$(BIN)/buf breaking protos --against $(BASELINE)
	@rm -rf $(FRESH) && mkdir -p $(FRESH)
	$(call generate,$(FRESH))
	@diff -r -x __pycache__ services/xueji $(FRESH)/xueji && diff -r -x __pycache__ services/buf $(FRESH)/buf \
	  || { echo 'generated code is not what protos/ says: make proto'; exit 1; }

proto-baseline: $(READY) ## accept the contracts as they are now (at a release, or for a break that was agreed)
	$(BIN)/buf build protos --exclude-source-info --output $(BASELINE)

# Neither names where the packages came from. What runs is pinned to what was tested.
COMPILE = UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile --quiet --python $(BIN)/python \
  --generate-hashes --no-emit-index-url --universal --python-version 3.11
lock: $(READY) ## make the lock files again after a change of dependencies (UPGRADE=--upgrade for newer versions)
	$(COMPILE) $(UPGRADE) --extra embedded --extra sweep --extra dev pyproject.toml -o requirements-dev.lock
	$(COMPILE) --constraints requirements-dev.lock pyproject.toml -o requirements.lock

docs: $(READY) ## make docs/regulation.md again, of the table, the packs and the tests
	$(BIN)/python -m console.documents.regulation_page docs/regulation.md

bench-intake: $(READY) ## one intake of 2,000 pupils through all tiers, end to end (PUPILS=n)
	$(BIN)/python benchmarks/intake.py --pupils $(or $(PUPILS),2000)

bench-index: $(READY) ## the index at national scale, beside psql and an empty echo (PERSONS=n, 10 million)
	$(BIN)/python benchmarks/index_scale.py --persons $(or $(PERSONS),10000000)

bench-matching: $(READY) ## suspected duplicates of a generated population: precision and recall (SEED=n, PERSONS=n)
	$(BIN)/python benchmarks/matching_quality.py --seed $(or $(SEED),7) --persons $(or $(PERSONS),200000)

bench-promotion: $(READY) ## a night of promotion of a whole province, beside the same UPDATE by psql (PUPILS=n)
	$(BIN)/python benchmarks/promotion.py --pupils $(or $(PUPILS),1000000)

bench-transfer: $(READY) ## transfers between two provinces through every tier, beside the commits they need (TRANSFERS=n)
	$(BIN)/python benchmarks/transfer.py --transfers $(or $(TRANSFERS),200)

bench-portal: $(READY) ## 200 people at a province's portal, beside an empty page (PUPILS=n)
	$(BIN)/python benchmarks/portal_load.py --pupils $(or $(PUPILS),1000000)

image: ## one image for every service; needs a Docker engine
	docker build --file deploy/image/Containerfile --tag $(IMAGE) .

clean: ## remove what was made here, the environment too
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find services tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help setup demo demo-once test unit scenarios federation kill-transfers chaos-transfers test-browser format format-check lint types layers proto proto-check \
  proto-baseline lock docs bench-intake bench-index bench-matching bench-promotion bench-transfer bench-portal image clean
