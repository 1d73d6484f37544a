#!/usr/bin/env bash
# Recall and silence on transformers 4.37.2: `npm run corpus [-- --sample]`. Needs pip, and the network once.
# ROPELINT names another command to judge.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
python=${ROPELINT_PYTHON:-/usr/bin/python3}
read -r -a ropelint <<<"${ROPELINT:-node $here/../../bin/ropelint.js}"
tree=$("$python" "$here/fetch.py" transformers-4.37.2)
package=$tree/transformers
work=$(mktemp -d)
export PYTHONDONTWRITEBYTECODE=1
trap 'rm -rf "$work"' EXIT

files=(
  audio_utils.py
  models/{detr/modeling_detr,funnel/modeling_funnel,gptj/modeling_gptj,llama/modeling_llama,m2m_100/modeling_m2m_100}.py
  models/{swinv2/modeling_swinv2,vits/modeling_vits,wav2vec2_conformer/modeling_wav2vec2_conformer}.py
  models/xlnet/modeling_xlnet.py
)
sample=()
[ "${1:-}" != --sample ] || sample=("${files[@]}")
targets=("$package")
[ ${#sample[@]} = 0 ] || targets=("${sample[@]/#/$package/}")

"${ropelint[@]}" check --severity note --exit-zero --no-cache --output-format json \
  --output-file "$work/findings.json" "${targets[@]}"
"$python" "$here/recall.py" "$work/findings.json" --tree "$tree" --paths "${sample[@]}"
# What fixes do to some of them: bros and whisper are where the default dtype is low.
(cd "$here/../.." && node --import tsx test/corpus/fixes.ts "${files[@]/#/$package/}" \
  "$package"/models/{bros/modeling_bros,falcon/modeling_falcon,whisper/modeling_whisper}.py)
