#!/usr/bin/env bash
# afl-for-hours.sh HOURS TARGET [FOLDER]: AFL++ on a reader whose code says which branches an input takes (SharpFuzz); Linux, with `apt-get install afl++`.
# Inputs that a reader does not withstand are in FOLDER/default/crashes: mend it, and put them into ../SuRnnStream.Fuzz/Corpus/TARGET.
set -euo pipefail
cd "$(dirname "$0")/../.."
hours=${1:?hours} target=${2:?target} folder=$(realpath -m "${3:-${TMPDIR:-/tmp}/surnn-afl/$2}")
command -v afl-fuzz > /dev/null || { echo "there is no afl-fuzz: apt-get install afl++" >&2; exit 1; }
tool=${TMPDIR:-/tmp}/surnn-afl/tool
[ -x "$tool/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$tool"
mkdir -p "$folder"
rm -rf "$folder/program" "$folder/corpus"
dotnet publish tests/SuRnnStream.Fuzz.Afl -c Release -o "$folder/program" -v q --nologo
"$folder/program/SuRnnStream.Fuzz" "$target" --corpus "$folder/corpus"
cp "tests/SuRnnStream.Fuzz/Corpus/$target"/* "$folder/corpus/" 2> /dev/null || true
for library in SuRnnStream SuRnnStream.Sensors SuRnnStream.Pipeline SuRnnStream.Hosting SuRnnStream.Evaluation SuRnnStream.Server SuRnnStream.Wyoming; do [ -e "$folder/program/$library.dll" ] && "$tool/sharpfuzz" "$folder/program/$library.dll"; done
export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 DOTNET_TieredPGO=0
exec afl-fuzz -i "$folder/corpus" -o "$folder" -t 10000 -m none -V "$(awk "BEGIN { print int($hours * 3600) }")" -- "$folder/program/SuRnnStream.Fuzz" "$target"
