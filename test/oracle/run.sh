#!/usr/bin/env bash
# ropelint against real PyTorch: `npm run oracle [-- --sample]`. Needs Debian's python3-torch (or apt), pip, and the
# network once. Runs the position-embedding classes of transformers 4.37.2 before and after `ropelint check --fix` and
# compares. ROPELINT names another command to judge; KEEP a folder for the intermediate files.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
corpus=$here/../corpus
read -r -a ropelint <<<"${ROPELINT:-node $here/../../bin/ropelint.js}"
python=$("$here/setup.sh")
tree=$("$python" "$corpus/fetch.py" transformers-4.37.2)
successor=$("$python" "$corpus/fetch.py" transformers-4.38.0)
work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT
export ATEN_CPU_CAPABILITY=avx2 OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
mapfile -t paths < <("$python" "$here/entries.py" "$@")
failures=0

check() { # check TREE ARGUMENT...: ropelint on the files that hold the entries
  local root=$1
  shift
  "${ropelint[@]}" check --exit-zero --no-cache "$@" "${paths[@]/#/$root/transformers/}"
}

copy_of() { # copy_of NAME: a fresh copy of the release
  rm -rf "${work:?}/$1"
  cp -r "$tree" "$work/$1"
}

fix() { # fix NAME ARGUMENT...: a fixed copy; it must compile, and fixing it again must change nothing
  local copy=$work/$1
  copy_of "$1"
  shift
  check "$copy" --fix "$@" --output-format json --output-file "$work/left.json"
  (cd "$copy/transformers" && sha256sum "${paths[@]}" >"$work/sums")
  check "$copy" --fix "$@" --output-format json --output-file "$work/left.json"
  (cd "$copy/transformers" && sha256sum --quiet --check "$work/sums") || failures=1
  (cd "$copy/transformers" && "$python" -c \
    'import sys; [compile(open(name, encoding="utf-8").read(), name, "exec") for name in sys.argv[1:]]' "${paths[@]}") ||
    failures=1
  { diff -rq "$tree" "$copy" || true; } | wc -l | sed "s/\$/ files changed by --fix $*/"
}

echo "== real PyTorch on 4.37.2, and on 4.37.2 with upstream's own repair"
"$python" "$here/truth.py" "$tree" "$@" --check || failures=1
"$python" "$here/measure.py" "$tree" "$@" --output "$work/before.json"
copy_of upstream
"$python" "$corpus/upstream.py" "$tree" "$successor" --apply "$work/upstream"
"$python" "$here/measure.py" "$work/upstream" "$@" --output "$work/upstream.json"

check "$tree" --severity note --output-format json --output-file "$work/findings.json"
severities=(warning note)
[ "${1:-}" != --sample ] || severities=(warning)
for severity in "${severities[@]}"; do
  echo "== after ropelint check --fix --severity $severity"
  fix "fixed-$severity" --severity "$severity"
  "$python" "$here/measure.py" "$work/fixed-$severity" "$@" --output "$work/after-$severity.json"
  "$python" "$here/compare.py" --findings "$work/findings.json" --before "$work/before.json" \
    --after "$work/after-$severity.json" --upstream "$work/upstream.json" "$@" || failures=1
done
exit $failures
