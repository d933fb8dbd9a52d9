#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What compiling costs with g++ and clang++: headers alone, and all proofs of Prop. 1.
#
#     compile_cost.sh RESULT.json SOURCE_DIRECTORY INCLUDE_DIRECTORY...
#
# The result has the schema of Google Benchmark. Every command is run five times. Other programs only ever add time, so the
# smallest number of seconds is what counts. The first run also brings the headers into the memory of the system.
set -euo pipefail
export LC_ALL=C  # numbers have points
result=$1 source=$2
shift 2
flags=(-std=c++20 -fsyntax-only "-I$source/tests" "${@/#/-I}")
TIMEFORMAT='%U %S %R'

entries=''
# measure NAME COMMAND...: adds an entry. What a command that fails has said is on the terminal.
measure() {
    local name=$1 seconds
    shift
    seconds=$(for _ in 1 2 3 4 5; do { time "$@" >&2; } 2>&1; done | awk '
        NF != 3 { print > "/dev/stderr"; exit 1 }
        { processor = $1 + $2 } NR == 1 || processor < least { least = processor } NR == 1 || $3 < wall { wall = $3 }
        END { printf "\"cpu_time\": %.3f, \"real_time\": %.3f", least, wall }')
    printf '%-40s %s\n' "$name" "$seconds"
    entries+="${entries:+,}
    {\"name\": \"$name\", \"run_name\": \"$name\", \"run_type\": \"iteration\", $seconds, \"time_unit\": \"s\"}"
}

for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || continue
    for header in incontext/theorem.hpp incontext/incontext.hpp Eigen/Core; do
        name=${header#incontext/}
        measure "compile/$compiler/${name/\//_}" "$compiler" "${flags[@]}" -include "$header" -x c++ /dev/null
    done
    measure "compile/$compiler/proposition_1.cpp" "$compiler" "${flags[@]}" "$source/tests/static/proposition_1.cpp"
done
printf '{\n  "context": {"date": "%s", "num_cpus": %s},\n  "benchmarks": [%s\n  ]\n}\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(getconf _NPROCESSORS_ONLN)" "$entries" >"$result.new"
mv "$result.new" "$result"
