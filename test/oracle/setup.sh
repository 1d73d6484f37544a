#!/usr/bin/env bash
# Prepares the oracle: real PyTorch 1.13 (Debian's python3-torch), a virtual environment that sees it, and the
# transformers release before and after upstream's repair. Safe to run again; prints the virtual environment's python.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
python=${ROPELINT_PYTHON:-/usr/bin/python3}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ropelint
venv=$cache/oracle-venv

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if ! { "$python" -c 'import torch, venv, ensurepip' && "$python" -m pip --version; } >/dev/null 2>&1; then
  as_root apt-get update -qq >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    python3-torch python3-venv python3-pip >&2
fi

# A stamp holds the requirements that were installed, so that a change of theirs installs again.
if ! cmp -s "$here/requirements.txt" "$venv/requirements.stamp"; then
  rm -rf "$venv"
  "$python" -m venv --system-site-packages "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$venv/requirements.stamp"
fi

"$python" "$here/../corpus/fetch.py" transformers-4.37.2 transformers-4.38.0 >/dev/null
echo "$venv/bin/python"
