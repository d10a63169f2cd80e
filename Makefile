# `make lab` to read the course, `make test` to check it, `make help` for the rest.
# Both make .venv first, if it is missing or older than the requirements.

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
NOTEBOOKS = notebooks/*.ipynb notebooks/exercises/*.ipynb
# Where a teacher's course lies: assignments, submissions, grades.
COURSE = course

# One environment for reading, for testing and for writing outputs.
# What would make two runs of a notebook differ:
export SOURCE_DATE_EPOCH := 0
export PYTHONHASHSEED := 0
# What a reader has set up elsewhere and must not change an output here:
unexport PYTHONPATH PYTHONHOME JUPYTER_PATH
export PYTHONNOUSERSITE := 1
export IPYTHONDIR := $(CURDIR)/$(VENV)/ipython
export MPLCONFIGDIR := $(CURDIR)/$(VENV)/matplotlib
export JUPYTER_PREFER_ENV_PATH := 1
# The course's settings for JupyterLab (no news, no update checks), and a warning less:
export JUPYTER_CONFIG_PATH := $(CURDIR)/jupyter
export JUPYTER_PLATFORM_DIRS := 1

.PHONY: help
help: ## Show this list
	@echo "Usage: make TARGET [PYTHON=/path/to/python3.11]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: venv
venv: ## Make or update .venv (the targets below do this when they need it)
	@sh tools/setup_venv.sh $(VENV)

.PHONY: venv-grading
venv-grading: ## Make or update .venv-grading, with nbgrader in it
	@sh tools/setup_venv.sh .venv-grading requirements-grading.lock

# In a container one is often root, and JupyterLab then refuses to start without being told.
ALLOW_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)
.PHONY: lab
lab: venv ## Read the course in JupyterLab; LAB_ARGS="--no-browser --port 9999"
	@$(BIN)/jupyter-trust $(NOTEBOOKS) >/dev/null
	$(BIN)/jupyter-lab --ServerApp.root_dir="$(CURDIR)" $(ALLOW_ROOT) \
		--LabApp.default_url=/lab/tree/notebooks/00-welcome.ipynb $(LAB_ARGS)

# Files that are tested at the same time. A notebook takes up to 1 GB and little more than one core.
WORKERS = 2
.PHONY: test
test: venv venv-grading ## Run all tests and compare every output of every notebook; TEST_ARGS="-k loss"
	$(BIN)/python -m pytest --nbval -n $(WORKERS) --dist loadfile $(TEST_ARGS)

.PHONY: test-fast
test-fast: venv venv-grading ## Run the tests of the package only
	$(BIN)/python -m pytest $(TEST_ARGS) d2l_local tests

.PHONY: test-portable
test-portable: venv ## Compare the notebooks with 1 and 2 threads and older instruction sets
	@sh tools/test_portable.sh $(TEST_ARGS)

# Untested by the authors beyond the installation: they had no machine with CUDA 11.2 and cuDNN 8,
# which this build of MXNet needs beside the driver. The locked .venv stays as it is.
.PHONY: test-gpu
test-gpu: ## Run the same tests with the CUDA build of MXNet, in .venv-gpu
	@sh tools/setup_venv.sh .venv-gpu requirements.lock requirements-gpu.lock
	.venv-gpu/bin/python -m pytest --nbval --ignore tests/test_grading.py $(TEST_ARGS)

.PHONY: sync
sync: venv ## Run all notebooks anew from their Markdown; SYNC_ARGS=notebooks/04-attention.md
	$(BIN)/python tools/sync_notebooks.py $(SYNC_ARGS)

.PHONY: exercises
exercises: venv ## Make the learners' exercises from the solutions; EXERCISES=04-attention
	$(BIN)/python tools/build_exercises.py $(EXERCISES)

.PHONY: solutions
solutions: venv ## For a teacher: run the solutions and put the notebooks into build/solutions
	$(BIN)/python tools/build_exercises.py --solutions build/solutions $(EXERCISES)

.PHONY: assignment
assignment: venv-grading ## For a teacher: put what learners get into course/release; COURSE=folder
	.venv-grading/bin/python tools/grade_course.py --course "$(COURSE)" assign $(EXERCISES)

.PHONY: grade
grade: venv-grading ## Grade course/submitted: course/grades.csv and a page for each learner
	.venv-grading/bin/python tools/grade_course.py --course "$(COURSE)" grade $(EXERCISES)

# Peers and the package in turns, on a quiet machine: about half an hour.
.PHONY: bench
bench: venv ## Measure the speed against others; BENCH_ARGS="--quick" or "--only training"
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

.PHONY: bench-torch
bench-torch: ## Make .venv-torch, so that `make bench` has PyTorch (CPU build) as a peer
	$(or $(PYTHON),python3.11) -m venv .venv-torch
	.venv-torch/bin/pip install --index-url https://download.pytorch.org/whl/cpu torch==2.13.0
	.venv-torch/bin/pip install "numpy<2"

.PHONY: bench-d2l
bench-d2l: ## Make .venv-d2l, so that `make bench` has d2l 0.11.4 itself as a peer
	$(or $(PYTHON),python3.11) -m venv .venv-d2l
	.venv-d2l/bin/pip install mxnet==1.9.1 numpy==1.23.5 matplotlib "pandas<2.1" ipython
	.venv-d2l/bin/pip install --no-deps d2l==0.11.4

.PHONY: figures
figures: venv ## Draw the figures in img/
	$(BIN)/python img/draw.py
	$(BIN)/python img/discussion_qr.py

.PHONY: lint
lint: venv ## Check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

.PHONY: format
format: venv ## Lay out the code and mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# No other index and no settings of this machine: every hash is the public registry's.
COMPILE = env -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
	uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"
.PHONY: lock
lock: ## Write the lock files and environment.yml anew (needs uv); LOCK_ARGS=--upgrade
	$(COMPILE) $(LOCK_ARGS) --group dev pyproject.toml -o requirements.lock
	$(COMPILE) $(LOCK_ARGS) --group grading --constraints requirements.lock pyproject.toml \
		-o requirements-grading.lock
	$(COMPILE) $(LOCK_ARGS) --no-deps --group gpu -o requirements-gpu.lock
	uv run --no-config --no-project --python 3.11 tools/environment_from_lock.py

.PHONY: clean
clean: ## Remove the environments and all caches
	rm -rf .venv .venv-d2l .venv-gpu .venv-grading .venv-torch build .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
