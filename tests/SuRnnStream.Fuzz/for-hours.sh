#!/usr/bin/env bash
# for-hours.sh HOURS [TARGET]: the fuzz tests with other seeds, again and again. What is found is printed in base64: decode it into Corpus/TARGET.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build tests/SuRnnStream.Fuzz -c Release -v q --nologo
until=$(( $(date +%s) + ${1:?hours} * 3600 ))
seed=${SURNN_FUZZ_SEED:-1000}
inputs=${SURNN_FUZZ_MUTATIONS:-20000}
while [ "$(date +%s)" -lt "$until" ]; do
  SURNN_FUZZ_SEED=$seed SURNN_FUZZ_MUTATIONS=$inputs .artifacts/bin/SuRnnStream.Fuzz/release/SuRnnStream.Fuzz \
    -method '*Reader_OfMutatedInputs*' > /tmp/surnn-fuzz.log || { cat /tmp/surnn-fuzz.log; exit 1; }
  echo "seed $seed: $inputs inputs a target, nothing found"
  seed=$(( seed + 1 ))
done
