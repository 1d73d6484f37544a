#!/usr/bin/env bash
# `test/evidence/libraries.sh [--check]`: the fixtures of JAX, Keras and MLX on these libraries, in a virtual environment that is made
# once (pip and the network). Where no wheel fits this Python, it says so and leaves them.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
venv=${XDG_CACHE_HOME:-$HOME/.cache}/ropelint/library-venv
base=${ROPELINT_PYTHON:-/usr/bin/python3}

# A stamp holds the requirements that were installed, so that a change of theirs installs again.
if ! cmp -s "$here/requirements.txt" "$venv/requirements.stamp"; then
  rm -rf "$venv"
  "$base" -m venv "$venv"
  if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: -r "$here/requirements.txt"; then
    echo "the other libraries are not asked: pip found no wheels for $("$base" --version)"
    exit 0
  fi
  cp "$here/requirements.txt" "$venv/requirements.stamp"
fi
PYTHON=$venv/bin/python exec node --import tsx "$here/libraries-main.ts" "$@"
