#!/usr/bin/env bash
# What 200 generated types of 20 fields cost the compiler, in CPU milliseconds (user + sys) a type: `cargo check` in the dev profile (the
# goal is 10) and `cargo build --release` (the goal is 160), of the crate that holds the types alone. Beside them the floor: the same structs, written by
# hand with the derives of std and nothing else; and serde: the floor with serde's two derives and a function each way for every type.
#
# Usage: benches/type_cost.sh [avro|json]...
#
# SCRATCH keeps the packages and what is built of their dependencies, ATTEMPTS is how often each is measured (5; a release build half as often): the
# least counts. On a machine that others use too, compare with a run of the state before in the same hour.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
scratch=${SCRATCH:-$(mktemp -d)}
[ -n "${SCRATCH:-}" ] || trap 'rm -rf "$scratch"' EXIT
unset CARGO_TARGET_DIR RUSTFLAGS RUSTC_WRAPPER
export CARGO_INCREMENTAL=0
types=200
attempts=${ATTEMPTS:-5}
kinds=("$@")
[ $# -gt 0 ] || kinds=(avro json)

avro=('"string"' '"long"' '["null","string"]' '{"type":"array","items":"int"}'
    '{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}' '"boolean"' '"double"' '{"type":"map","values":"string"}'
    '{"type":"long","logicalType":"timestamp-micros"}' '["null","long"]')
json=('{"type":"string"}' '{"type":"integer"}' '{"type":["string","null"]}' '{"type":"array","items":{"type":"integer"}}'
    '{"type":"number"}' '{"type":"boolean"}' '{"type":"string","format":"date-time"}'
    '{"type":"object","additionalProperties":{"type":"string"}}' '{"type":"string","maxLength":20}' '{"type":"integer","minimum":0}')
rust=(String i64 'Option<String>' 'Vec<i32>' i128 bool f64 'std::collections::HashMap<String, String>' i64 'Option<i64>')

# schema KIND NUMBER: one schema of 20 fields.
schema() {
    local fields=() i
    for i in {0..19}; do
        case $1 in
            avro) fields+=("{\"name\":\"field_$i\",\"type\":${avro[i % 10]},\"doc\":\"The field $i.\"}") ;;
            json) fields+=("\"field_$i\":${json[i % 10]}") ;;
        esac
    done
    local IFS=,
    case $1 in
        avro) echo "{\"type\":\"record\",\"name\":\"Made$2\",\"namespace\":\"a$(($2 / 20))\",\"doc\":\"An event.\",\"fields\":[${fields[*]}]}" ;;
        json) echo "{\"\$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":\"Made$2\",\"type\":\"object\",\"properties\":{${fields[*]}},
            \"required\":[\"field_0\",\"field_2\",\"field_4\",\"field_6\",\"field_8\"],\"additionalProperties\":false}" ;;
    esac
}

# package KIND: a crate with nothing but the types.
package() {
    local home=$scratch/$1 n
    mkdir -p "$home/src"
    printf '[package]\nname = "types-%s"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n\n' "$1" > "$home/Cargo.toml"
    cp "$root/Cargo.lock" "$home/Cargo.lock"
    if [ "$1" = floor ] || [ "$1" = serde ]; then
        local derives='Debug, Clone, PartialEq'
        if [ "$1" = serde ]; then
            printf '[dependencies]\nserde = { version = "1", features = ["derive"] }\nserde_json = "1"\n' >> "$home/Cargo.toml"
            derives+=', serde::Serialize, serde::Deserialize'
        fi
        for ((n = 0; n < types; n++)); do
            echo "/// An event."
            echo "#[derive($derives)] pub struct Made$n {"
            for i in {0..19}; do echo "    /// The field $i."; echo "    pub field_$i: ${rust[i % 10]},"; done
            echo "}"
            [ "$1" = floor ] || echo "impl Made$n {
                pub fn encode(&self) -> serde_json::Result<Vec<u8>> { serde_json::to_vec(self) }
                pub fn decode(bytes: &[u8]) -> serde_json::Result<Self> { serde_json::from_slice(bytes) }
            }"
        done > "$home/src/lib.rs"
        return
    fi
    printf '[dependencies]\ntopika = { path = "%s", default-features = false }\n\n[build-dependencies]\ntopika-build = { path = "%s" }\n' \
        "$root/runtime" "$root/codegen" >> "$home/Cargo.toml"
    echo 'fn main() { topika_build::run() }' > "$home/build.rs"
    echo 'topika::include_events!();' > "$home/src/lib.rs"
    : > "$home/topika.toml"
    for ((n = 0; n < types; n++)); do
        mkdir -p "$home/schemas/a$((n / 20))"
        local ending=avsc
        [ "$1" = avro ] || ending=schema.json
        schema "$1" "$n" > "$home/schemas/a$((n / 20))/made-$n.$ending"
    done
}

# cost KIND TIMES COMMAND...: the CPU milliseconds a type of the crate alone, the least of so many runs.
cost() {
    local TIMEFORMAT='%U %S' kind=$1 times=$2 attempt
    shift 2
    (
        cd "$scratch/$kind"
        cargo "$@" --quiet --offline --target-dir "$scratch/target" 1>&2
        for ((attempt = 0; attempt < times; attempt++)); do
            touch src/lib.rs
            { time cargo "$@" --quiet --offline --target-dir "$scratch/target" 1>&2; } 2>&1
        done | awk -v n=$types '{ t = ($1 + $2) * 1000 / n; if (!least || t < least) least = t } END { printf "%.1f", least }'
    )
}

# used KIND: a function for each type that reads, checks and writes it. The crate alone compiles what nobody calls no further than to metadata.
used() {
    local n
    for ((n = 0; n < types; n++)); do
        echo "pub fn use_$n(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
            use topika::event::Event as _;
            let event = events::a$((n / 20))::Made$n::decode(bytes)?;"
        [ "$1" = avro ] || echo "topika::validate::Validate::validate(&event)?;"
        echo "let mut out = Vec::new(); event.encode(&mut out)?; Ok(out) }"
    done >> "$scratch/$1/src/lib.rs"
}

for kind in floor serde "${kinds[@]}"; do
    package "$kind"
    check=$(cost "$kind" "$attempts" check)
    release=$(cost "$kind" $(((attempts + 1) / 2)) build --release)
    case $kind in
        floor | serde) printf '%-6s check %s, release %s CPU ms a type\n' "$kind" "$check" "$release" ;;
        *)
            used "$kind"
            printf '%-6s check %s, release %s, with each type used %s CPU ms a type\n' "$kind" "$check" "$release" \
                "$(cost "$kind" $(((attempts + 1) / 2)) build --release)"
            ;;
    esac
done
