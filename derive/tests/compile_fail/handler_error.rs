use topika::HandlerError;

#[derive(Debug, HandlerError)]
enum CookError {
    #[handler(code = "OvenBroken")]
    NotKebab,
    #[handler(code = "the-oven-on-the-second-floor-next-to-the-window-is-broken-once-more")]
    TooLong,
    #[handler(code = "")]
    Empty,
    #[handler(code = "one", code = "two")]
    TwoCodes,
    #[handler(fatl)]
    UnknownWord,
    #[handler(fatal, poison)]
    TwoClasses,
    #[handler(code = 7)]
    NoText,
    #[handler(transparent)]
    HoldsNothing,
    #[handler(transparent, code = "other")]
    SaysMore(topika::Error),
    Überfüllt,
    OnAField(#[handler(fatal)] String),
}

#[allow(non_camel_case_types)]
#[derive(Debug, HandlerError)]
enum Twice {
    OvenBroken,
    #[handler(code = "oven-broken")]
    StoveBroken,
    #[handler(code = "stove-broken")]
    Stove,
    Stove_broken,
}

#[derive(Debug, HandlerError)]
#[handler(code = "kitchen")]
enum CodeOfAll {
    OvenBroken,
}

#[derive(HandlerError)]
union Bits {
    a: u32,
}

impl std::fmt::Display for CookError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no")
    }
}

impl std::fmt::Display for Twice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no")
    }
}

impl std::fmt::Display for CodeOfAll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no")
    }
}

impl std::fmt::Display for Bits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no")
    }
}

fn main() {}
