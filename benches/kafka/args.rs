//! What is to be measured.

pub(crate) struct Args {
    what: Vec<String>,
    pub(crate) messages: u32,
    pub(crate) bytes: Vec<usize>,
    pub(crate) lanes: Vec<usize>,
    pub(crate) rounds: u32,
    pub(crate) soak: Option<u64>,
    pub(crate) bootstrap: Option<String>,
    pub(crate) beside: Option<String>,
}

impl Args {
    pub(crate) fn of(args: impl Iterator<Item = String>) -> Self {
        let mut all = Self {
            what: Vec::new(),
            messages: 200_000,
            bytes: vec![400],
            lanes: vec![8],
            rounds: 5,
            soak: None,
            bootstrap: None,
            beside: None,
        };
        let mut args = args;
        while let Some(arg) = args.next() {
            let mut value = || args.next().unwrap_or_else(|| panic!("{arg} wants a value"));
            match arg.as_str() {
                "produce" | "consume" | "answer" => all.what.push(arg),
                "soak" => all.soak = Some(value().parse().unwrap()),
                "--messages" => all.messages = value().parse().unwrap(),
                "--bytes" => all.bytes = numbers(&value()),
                "--lanes" => all.lanes = numbers(&value()),
                "--rounds" => all.rounds = value().parse().unwrap(),
                "--bootstrap" => all.bootstrap = Some(value()),
                "--beside" => all.beside = Some(value()),
                // What cargo says to every benchmark.
                "--bench" => {}
                _ => panic!("{arg} is not known; see the head of benches/kafka/main.rs"),
            }
        }
        all
    }

    /// All, where nothing is named.
    pub(crate) fn does(&self, what: &str) -> bool {
        self.what.iter().any(|named| named == what) || (self.what.is_empty() && self.soak.is_none())
    }
}

fn numbers(list: &str) -> Vec<usize> {
    list.split(',').map(|number| number.parse().unwrap()).collect()
}
