#!/usr/bin/env bash
# What topika-build costs a project that has never been built: CPU seconds (user + sys) of a cold build with topika-build as the
# build dependency, beside those of serde_json, toml, quote, syn (full) and prettyplease in the same run. The difference may be 20 s.
#
# Usage: benches/build_cost.sh [limit in seconds]
set -euo pipefail

limit=${1:-20}
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset CARGO_TARGET_DIR RUSTFLAGS RUSTC_WRAPPER

# package NAME BUILD_DEPENDENCIES: a package with nothing but a build script.
package() {
    mkdir -p "$scratch/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n\n[build-dependencies]\n%s\n\n[workspace]\n' \
        "$1" "$2" > "$scratch/$1/Cargo.toml"
    echo 'fn main() {}' > "$scratch/$1/build.rs"
    touch "$scratch/$1/src/lib.rs"
    # The same versions on both sides, and none that would have to be fetched.
    cp "$root/Cargo.lock" "$scratch/$1/Cargo.lock"
}

# cost NAME: the CPU seconds of a cold build.
cost() {
    local TIMEFORMAT='%U %S'
    (cd "$scratch/$1" && { time cargo build --quiet --offline --target-dir "$scratch/$1/target" 1>&2; }) 2> "$scratch/$1.log" || {
        cat "$scratch/$1.log" >&2
        exit 1
    }
    tail -n 1 "$scratch/$1.log" | awk '{ printf "%.1f", $1 + $2 }'
}

package baseline 'serde_json = "1"
toml = "1"
quote = "1"
syn = { version = "3", features = ["full"] }
prettyplease = "0.3"'
package topika-user "topika-build = { path = \"$root/codegen\" }"

# A machine whose cores are shared charges more seconds for the same work: the least of three measures counts.
for attempt in 1 2 3; do
    baseline=$(cost baseline)
    ours=$(cost topika-user)
    difference=$(awk -v a="$ours" -v b="$baseline" 'BEGIN { printf "%.1f", a - b }')

    echo "serde_json, toml, quote, syn, prettyplease: $baseline CPU seconds"
    echo "topika-build:                               $ours CPU seconds"
    echo "difference:                                 $difference CPU seconds (limit $limit, measure $attempt)"
    awk -v d="$difference" -v l="$limit" 'BEGIN { exit !(d <= l) }' && exit
    rm -rf "$scratch"/*/target
done
exit 1
