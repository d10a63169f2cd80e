#!/bin/sh
# Makes a virtual environment from a lock file, unless a current one is there.
#
#     tools/setup_venv.sh DIRECTORY [LOCK [EXTRA_LOCK]]
#
# LOCK is requirements.lock if it isn't given.
# EXTRA_LOCK replaces packages of the main lock (the CUDA build of MXNet replaces mxnet).
# Set PYTHON to choose the interpreter. Written for sh, because it runs before Python is there.
set -eu
cd "$(dirname "$0")/.."
venv=$1
lock=${2:-requirements.lock}
extra_lock=${3:-}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

is_usable() { # A Debian python3.11 without python3.11-venv is not; neither is a pyenv shim.
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in python3.11 python3 python; do
        if is_usable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "No usable Python 3.11 was found: install uv (https://docs.astral.sh/uv), which fetches" \
        "Python by itself, or use conda (\`conda create -n py311 python=3.11\`, then" \
        "\`conda activate py311\`), and repeat the command."
}

# The place is part of it: scripts in an environment stop working when its directory is moved.
fingerprint() { { pwd; cat $lock pyproject.toml $extra_lock; } | cksum; }

stamp=$venv/.complete
if [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

# Progress is for people; a log wants errors only.
quiet=--quiet
if [ -t 2 ] && [ -z "${CI:-}" ]; then quiet=; fi

# A half-made environment must not look like a finished one.
trap 'rm -rf "$venv"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$venv"

if uv --version >/dev/null 2>&1; then
    say "Making $venv with uv. The first time this downloads about 0.2 GB."
    uv venv $quiet --no-project --python "${PYTHON:-3.11}" "$venv" || fail \
        "uv could not provide Python 3.11: see the line above, or set PYTHON=/path/to/python3.11."
    pip_install() { uv pip install $quiet --python "$venv/bin/python" "$@"; }
    pip_uninstall() { uv pip uninstall $quiet --python "$venv/bin/python" "$@"; }
else
    python=${PYTHON:-$(find_python)}
    say "Making $venv with $python. The first time this downloads about 0.2 GB."
    "$python" -m venv "$venv"
    pip_install() {
        "$venv/bin/python" -m pip install $quiet --disable-pip-version-check --no-input "$@"
    }
    pip_uninstall() { "$venv/bin/python" -m pip uninstall $quiet --yes "$@"; }
fi

"$venv/bin/python" - <<'END'
import platform
import sys

if sys.version_info[:2] != (3, 11):
    sys.exit(f"The course needs Python 3.11, but PYTHON is {platform.python_version()}.")
system, machine = platform.system(), platform.machine()
if (system, machine) not in {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64")}:
    sys.exit(
        "MXNet 1.9.1 was built for Linux (x86-64, aarch64) and for Intel macOS, "
        f"not for {system} on {machine}: use a Linux container, WSL or Binder."
    )
END

pip_install --require-hashes -r "$lock"
if [ -n "$extra_lock" ]; then
    pip_uninstall mxnet
    pip_install --no-deps --require-hashes -r "$extra_lock"
fi
# Nothing outside the lock is fetched: the build backend is in it.
pip_install --no-deps --no-build-isolation --editable .

fingerprint >"$stamp"
trap - EXIT
