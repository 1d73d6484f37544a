#!/usr/bin/env bash
# Downloads a transformers release by name and version and unpacks it without building it.
# Prints the folder that holds the package. Nothing in the release is executed.
#
#   test/corpus/fetch.sh 4.37.2   ->  <cache>/corpus/transformers-4.37.2
set -euo pipefail

version=${1:?usage: fetch.sh VERSION}
python=${ROPELINT_PYTHON:-/usr/bin/python3}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ropelint/corpus
target=$cache/transformers-$version

if [ ! -d "$target" ]; then
  mkdir -p "$cache"
  staging=$(mktemp -d "$cache/staging.XXXXXX")
  trap 'rm -rf "$staging"' EXIT
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --dest "$staging" "transformers==$version" >&2
  "$python" -m zipfile -e "$staging"/transformers-*.whl "$staging/tree"
  mv "$staging/tree" "$target"
fi
echo "$target"
