//! What topika's benchmark asks for.

#[derive(Clone, Copy)]
pub(crate) enum What {
    Consume,
    Produce,
}

pub(crate) struct Args {
    pub(crate) what: What,
    pub(crate) bootstrap: String,
    pub(crate) registry: String,
    pub(crate) topic: String,
    pub(crate) group: String,
    pub(crate) messages: u32,
    pub(crate) lanes: usize,
    pub(crate) bytes: usize,
    /// Encoded and decoded, in place of bytes as they are.
    pub(crate) avro: bool,
    /// A position is committed once the handler is done, in place of librdkafka's own way.
    pub(crate) tracked: bool,
}

impl Args {
    pub(crate) fn of(mut args: impl Iterator<Item = String>) -> Self {
        let what = match args.next().as_deref() {
            Some("consume") => What::Consume,
            Some("produce") => What::Produce,
            _ => panic!("consume or produce?"),
        };
        let mut all = Self {
            what,
            bootstrap: String::new(),
            registry: String::new(),
            topic: String::new(),
            group: String::new(),
            messages: 200_000,
            lanes: 8,
            bytes: 400,
            avro: false,
            tracked: false,
        };
        while let Some(arg) = args.next() {
            let mut value = || args.next().unwrap_or_else(|| panic!("{arg} wants a value"));
            match arg.as_str() {
                "--bootstrap" => all.bootstrap = value(),
                "--registry" => all.registry = value(),
                "--topic" => all.topic = value(),
                "--group" => all.group = value(),
                "--messages" => all.messages = value().parse().unwrap(),
                "--lanes" => all.lanes = value().parse().unwrap(),
                "--bytes" => all.bytes = value().parse().unwrap(),
                "--avro" => all.avro = true,
                "--tracked" => all.tracked = true,
                _ => panic!("{arg} is not known; see src/args.rs"),
            }
        }
        all
    }
}
