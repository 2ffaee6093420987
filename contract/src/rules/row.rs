/// Rows of the table: `NAME = "group/name", Severity, "summary", "page.md";`, the page below `rules/pages/`.
macro_rules! rules {
    ($all:ident: $($name:ident = $id:literal, $default:ident, $summary:literal, $page:literal;)+) => {
        $(
            #[doc = concat!("`", $id, "`: ", $summary, ".")]
            pub static $name: $crate::rules::Rule = $crate::rules::Rule {
                id: $id,
                default: $crate::rules::Severity::$default,
                summary: $summary,
                page: include_str!(concat!("pages/", $page)),
            };
        )+

        /// The rules of this group.
        pub(super) static $all: &[&$crate::rules::Rule] = &[$(&$name),+];
    };
}

pub(super) use rules;
