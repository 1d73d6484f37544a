#!/usr/bin/env bash
# ropelint against real PyTorch: `npm run oracle [-- --sample]`. Needs apt or Debian's python3-torch, pip, and the network once.
# Runs the position-embedding classes of transformers 4.37.2 before and after `ropelint check --fix` and compares.
# ROPELINT names another command to judge.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
read -r -a ropelint <<<"${ROPELINT:-node $here/../../bin/ropelint.js}"
python=$("$here/setup.sh")
tree=$("$here/../corpus/fetch.sh" 4.37.2)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ATEN_CPU_CAPABILITY=avx2 OMP_NUM_THREADS=1

echo "== what real PyTorch does to 4.37.2"
"$python" "$here/truth.py" "$tree" "$@" --check
"$python" "$here/measure.py" "$tree" "$@" --output "$work/before.json"

echo "== what ropelint says"
mapfile -t paths < <("$python" "$here/entries.py" "$@")
"${ropelint[@]}" check --severity note --exit-zero --no-cache --output-format json \
  --output-file "$work/findings.json" "${paths[@]/#/$tree/transformers/}"

echo "== after --fix"
cp -r "$tree" "$work/fixed"
"${ropelint[@]}" check --fix --exit-zero --no-cache --output-format concise --output-file "$work/fix.txt" \
  "${paths[@]/#/$work/fixed/transformers/}"
diff -rq "$tree" "$work/fixed" | wc -l | sed 's/$/ files changed/'
"$python" "$here/measure.py" "$work/fixed" "$@" --output "$work/after.json"
"$python" "$here/compare.py" --findings "$work/findings.json" --before "$work/before.json" --after "$work/after.json" "$@"
