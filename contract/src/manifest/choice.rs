//! The words of `[types]`: which Rust type stands for a kind of value.

/// A choice among words, each with its place in the manifest as text.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident: $wanted:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// How the manifest says what may stand.
            pub(super) const WANTED: &str = $wanted;

            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the manifest.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

choice! {
    /// What stands for a map.
    MapType: "\"hash\", \"btree\" or \"vec\"" {
        /// `HashMap`: the default for Avro.
        #[default]
        Hash = "hash",
        /// `BTreeMap`, in the order of the keys: the default for JSON.
        BTree = "btree",
        /// Pairs in a vector, in the order of the message: the fastest for small maps.
        Vec = "vec",
    }
}

choice! {
    /// What stands for dates, times and timestamps.
    TimeType: "\"topika\", \"chrono\", \"jiff\" or \"time\"" {
        /// `topika::types`: exact, and without a dependency.
        #[default]
        Topika = "topika",
        /// The crate chrono.
        Chrono = "chrono",
        /// The crate jiff.
        Jiff = "jiff",
        /// The crate time.
        Time = "time",
    }
}

choice! {
    /// What stands for a UUID.
    UuidType: "\"topika\" or \"uuid\"" {
        /// `topika::types::Uuid`.
        #[default]
        Topika = "topika",
        /// The crate uuid.
        Uuid = "uuid",
    }
}

choice! {
    /// What stands for a decimal.
    DecimalType: "\"topika\" or \"rust_decimal\"" {
        /// `topika::types::Decimal`: exact to 38 digits.
        #[default]
        Topika = "topika",
        /// The crate rust_decimal: 28 digits.
        RustDecimal = "rust_decimal",
    }
}
