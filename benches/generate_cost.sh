#!/usr/bin/env bash
# What a build script of 1,000 schemas costs, each with a topic of its own: CPU seconds (user + sys) and wall seconds of the process that cargo starts, compiled
# as cargo compiles it in the dev profile, without optimisation. The goal is 2 s.
#
# flat: Avro, 20 fields of ten types, with docs, on one line. nested: the same with an enum and a record within. documented: flat with a line for each field and
# docs of two lines. json: JSON Schema, 20 properties. Beside them what it takes where the generated file stands already, and what `cargo build` takes where
# nothing changed: then cargo does not start the build script.
#
# Usage: benches/generate_cost.sh [flat|nested|documented|json]...
#
# SCRATCH keeps the packages and what is built of their dependencies, COUNT is the number of schemas, ATTEMPTS how often each is measured (3): the least counts.
# COMMAND is put before the build script: COMMAND='valgrind --tool=callgrind' COUNT=50 benches/generate_cost.sh flat
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
scratch=${SCRATCH:-$(mktemp -d)}
[ -n "${SCRATCH:-}" ] || trap 'rm -rf "$scratch"' EXIT
unset CARGO_TARGET_DIR RUSTFLAGS RUSTC_WRAPPER
count=${COUNT:-1000}
attempts=${ATTEMPTS:-3}
kinds=("$@")
[ $# -gt 0 ] || kinds=(flat nested documented json)

avro=('"string"' '"long"' '["null","string"]' '{"type":"array","items":"int"}'
    '{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}' '"boolean"' '"double"' '{"type":"map","values":"string"}'
    '{"type":"long","logicalType":"timestamp-micros"}' '["null","long"]')
json=('{"type":"string"}' '{"type":"integer"}' '{"type":["string","null"]}' '{"type":"array","items":{"type":"integer"}}'
    '{"type":"number"}' '{"type":"boolean"}' '{"type":"string","format":"date-time"}'
    '{"type":"object","additionalProperties":{"type":"string"}}' '{"type":"string","maxLength":20}' '{"type":"integer","minimum":0}')

# schema KIND NUMBER: one schema of 20 fields.
schema() {
    local fields=() i said
    for i in {0..19}; do
        said="The field $i."
        [ "$1" != documented ] || said="The number of \`things\` that the customer <b>ordered</b> in the café; see https://example.com/$i.\\nIt is never negative."
        case $1 in
            json) fields+=("\"field_$i\":${json[i % 10]}") ;;
            *) fields+=("{\"name\":\"field_$i\",\"type\":${avro[i % 10]},\"doc\":\"$said\"}") ;;
        esac
    done
    if [ "$1" = nested ]; then
        fields[18]="{\"name\":\"status\",\"type\":{\"type\":\"enum\",\"name\":\"Status$2\",\"symbols\":[\"OPEN\",\"PAID\",\"CLOSED\"]}}"
        fields[19]="{\"name\":\"total\",\"type\":{\"type\":\"record\",\"name\":\"Total$2\",\"fields\":[
            {\"name\":\"amount\",\"type\":\"long\"},{\"name\":\"currency\",\"type\":\"string\",\"default\":\"EUR\"}]}}"
    fi
    [ "$1" != documented ] || fields=("${fields[@]/#/$'\n    '}")
    local IFS=,
    case $1 in
        json) echo "{\"\$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":\"Made$2\",\"type\":\"object\",\"properties\":{${fields[*]}},
            \"required\":[\"field_0\",\"field_2\",\"field_4\",\"field_6\",\"field_8\"],\"additionalProperties\":false}" ;;
        *) echo "{\"type\":\"record\",\"name\":\"Made$2\",\"namespace\":\"a$(($2 / 20))\",\"doc\":\"An event.\",\"fields\":[${fields[*]}]}" ;;
    esac
}

# package KIND: a crate with nothing but a build script.
package() {
    local home=$scratch/$1 ending=avsc n
    [ "$1" != json ] || ending=schema.json
    rm -rf "$home"
    mkdir -p "$home/src" "$home/out"
    printf '[package]\nname = "made"\nversion = "0.0.0"\nedition = "2024"\n\n[build-dependencies]\ntopika-build = { path = "%s" }\n\n[workspace]\n' \
        "$root/codegen" > "$home/Cargo.toml"
    cp "$root/Cargo.lock" "$home/Cargo.lock"
    echo 'fn main() { topika_build::run() }' > "$home/build.rs"
    : > "$home/src/lib.rs"
    : > "$home/topika.toml"
    for ((n = 0; n < count; n++)); do
        mkdir -p "$home/schemas/a$((n / 20))"
        schema "$1" "$n" > "$home/schemas/a$((n / 20))/made-$n.$ending"
    done
}

# least COMMAND...: CPU and wall seconds of the command, the least of so many runs. A file beside the packages has what it said.
least() {
    local TIMEFORMAT='%U %S %R' attempt
    for ((attempt = 0; attempt < attempts; attempt++)); do
        [ "$again" = yes ] || rm -f out/*
        { time "$@" > "$scratch/said" 2>&1; } 2>&1
    done | awk '{ c = $1 + $2; if (!n++ || c < cpu) cpu = c; if (n == 1 || $3 < wall) wall = $3 } END { printf "%.2f CPU s, %.2f s", cpu, wall }'
}

for kind in "${kinds[@]}"; do
    package "$kind"
    cd "$scratch/$kind"
    cargo build --quiet --offline --target-dir "$scratch/target-$kind" 2> /dev/null
    script=$(find "$scratch/target-$kind" -name build-script-build -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
    export OUT_DIR=$scratch/$kind/out CARGO_MANIFEST_DIR=$scratch/$kind
    printf '%-10s %s' "$kind" "$(again=no least ${COMMAND:-} "$script")"
    [ -n "${COMMAND:-}" ] || printf '; the file stands already: %s; cargo build, nothing changed: %s' "$(again=yes least "$script")" \
        "$(again=yes least cargo build --quiet --offline --target-dir "$scratch/target-$kind")"
    echo
done
