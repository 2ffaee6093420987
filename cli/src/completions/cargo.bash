
# `cargo topika ...`: cargo's own completion knows no commands of others, so this one stands before it.
_cargo_topika_load_cargo() {
    complete -p cargo >/dev/null 2>&1 && return
    if declare -F _comp_load >/dev/null; then
        _comp_load cargo >/dev/null 2>&1
    elif declare -F _completion_loader >/dev/null; then
        _completion_loader cargo >/dev/null 2>&1
    fi
}

_cargo_topika_load_cargo
_cargo_topika_cargo="$(complete -p cargo 2>/dev/null)"
case "$_cargo_topika_cargo" in
    *"-F _cargo_topika_through_cargo "*) _cargo_topika_cargo="$_cargo_topika_before" ;;
    *"-F "*)
        _cargo_topika_cargo="${_cargo_topika_cargo#*-F }"
        _cargo_topika_cargo="${_cargo_topika_cargo%% *}"
        ;;
    *) _cargo_topika_cargo="" ;;
esac
_cargo_topika_before="$_cargo_topika_cargo"

_cargo_topika_through_cargo() {
    if [[ "${COMP_WORDS[1]}" == topika && "$COMP_CWORD" -gt 1 ]]; then
        COMP_WORDS=(cargo-topika "${COMP_WORDS[@]:2}")
        COMP_CWORD=$((COMP_CWORD - 1))
        _topika cargo-topika "$2" "$3"
    elif [[ -n "$_cargo_topika_before" ]]; then
        "$_cargo_topika_before" "$@"
    elif [[ "$COMP_CWORD" -eq 1 ]]; then
        # shellcheck disable=SC2207
        COMPREPLY=($(compgen -W "$(cargo --list 2>/dev/null | awk 'NR > 1 { print $1 }')" -- "$2"))
    fi
}

complete -F _cargo_topika_through_cargo -o bashdefault -o default cargo
