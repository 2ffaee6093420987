
# `cargo topika ...`: what `cargo-topika ...` would be completed to.
function __fish_cargo_topika_through_cargo
    set -l words (commandline -opc)
    complete -C "cargo-topika "(string join " " -- (string escape -- $words[3..]))" "(commandline -ct)
end
complete -c cargo -n 'set -l words (commandline -opc); test (count $words) -ge 2; and test "$words[2]" = topika' -f -a '(__fish_cargo_topika_through_cargo)'
