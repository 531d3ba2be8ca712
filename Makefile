# make run: everything from a bare checkout to the portal on http://localhost:8501
.DEFAULT_GOAL := help
.PHONY: help setup build run test test-quick shots bench lint audit lock

# The oldest supported Python first: the pinned dependencies were resolved for it.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# A worker a core, a thread a worker; and what was compiled once is kept, whatever the environment says.
IN_PARALLEL := OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist worksteal

help:
	@echo 'make run    准备环境、构建并启动：http://localhost:8501'
	@echo 'make test   准备环境并运行全部测试（含浏览器测试）'
	@echo 'make test-quick  快的那部分测试：不含浏览器、慢的和成百问题的'
	@echo 'make setup  只准备 .venv      make build  只构建发布版本'
	@echo 'make lint   ruff、mypy、箭头、依赖    make bench  测量构建、问答、网页、地图、图和报告、百万行和千万行的表'
	@echo 'make audit  核对装着的依赖，查已知漏洞    make lock  按 pyproject.toml 重新锁定依赖（UPGRADE=包名 换新版本）'

setup:
	@test -n "$(PYTHON)" || { echo '需要 Python 3.11 或更新的版本，没有找到。请先安装，或用 make PYTHON=/路径/python3 指定。'; exit 1; }
	@$(PYTHON) .ci/setup.py

build: setup
	@$(BIN)/portal build

run: build
	@$(BIN)/portal serve

# The browser takes the cores for itself. It is driven even where other tests fail, so that one run tells all.
test: build
	@$(BIN)/python .ci/browser.py
	@$(BIN)/python .ci/servers.py
	@status=0; $(IN_PARALLEL) -m 'not browser' || status=1; $(BIN)/python -m pytest -m browser || status=1; exit $$status

# What is left out is run by `make test`.
test-quick: build
	@$(IN_PARALLEL) -m 'not browser and not slow and not evaluation'

# Every page on sheets to look through: tests/artefacts/shots. What was seen goes to docs/pages.md.
shots: build
	@$(BIN)/python -m tests.browser.shots $(ONLY)

bench: build
	@$(BIN)/python -m tests.benchmarks.bench $(if $(ONLY),--only $(ONLY))

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry portal pipelines
	@$(BIN)/complexipy portal pipelines --failed --plain

audit: setup
	@$(BIN)/python .ci/audit.py

# Versions stay as they are unless UPGRADE names a package; hashes of every file of a release, for all systems and Pythons.
# A hash that was added by hand, such as that of torch's build for processors, stays as long as its version does.
lock: setup
	@$(BIN)/uv pip compile pyproject.toml --quiet --all-extras --universal --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-emit-package pip --annotation-style line \
		--custom-compile-command 'make lock' --output-file .ci/constraints.txt $(foreach p,$(UPGRADE),--upgrade-package $(p))
