# Thin on purpose: each target is one command of the tools that pyproject.toml pins.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

$(READY): requirements-bootstrap.lock requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bootstrap.lock
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock requirements-bootstrap.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## the isolated environment, from the lock files with hashes

.PHONY: help setup

PROTOS := $(shell find protos -name '*.proto' | sort)

proto: $(READY) ## generate services/xueji and services/buf from protos/
	$(BIN)/python -m grpc_tools.protoc -Iprotos --plugin=protoc-gen-mypy=$(BIN)/protoc-gen-mypy \
	  --plugin=protoc-gen-mypy_grpc=$(BIN)/protoc-gen-mypy_grpc \
	  --python_out=services --mypy_out=quiet:services --grpc_python_out=services --mypy_grpc_out=quiet:services $(PROTOS)
	@rm -f services/buf/validate/*_grpc.py*
	@find services/xueji -name '*_grpc.py*' -size -600c -delete
