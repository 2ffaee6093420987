//! Two versions of a subject that is carried word for word: what differs, and no judgement of it.

use similar::TextDiff;
use topika_contract::data_contract::{ContractChange, DataContract, differences};
use topika_contract::lock::{CarriedSubject, CarriedVersion, Language};

use crate::args::DiffArgs;
use crate::exit::Exit;
use crate::printer::Printer;

/// What differs between the versions.
pub(super) struct Carried {
    pub(super) subject: String,
    pub(super) language: Language,
    /// `version 1`.
    pub(super) old: String,
    pub(super) new: String,
    /// The lines that differ with some around them, as `diff -u` prints them; empty where the texts are the same.
    pub(super) text: String,
    pub(super) references: Vec<ReferenceChange>,
    pub(super) contract: Vec<ContractChange>,
}

/// A reference that leads elsewhere.
pub(super) struct ReferenceChange {
    /// The name that the text has for it.
    pub(super) name: String,
    /// `version 1 of types.Money`; none where there was no such reference.
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
}

/// Compares two versions: those that are named, else the last with the one before it.
pub(super) fn compared(subject: &CarriedSubject, args: &DiffArgs, printer: &mut Printer) -> Result<Carried, Exit> {
    let of = |written: &Option<String>, otherwise: usize, printer: &mut Printer| match written {
        Some(written) => named(subject, written, printer),
        None => {
            let at = subject.versions.len().checked_sub(otherwise);
            at.and_then(|at| subject.versions.get(at)).ok_or_else(|| {
                let message = format!("`{}` has one version, and is carried without a working file", subject.name);
                printer.error(message, "there is nothing to compare it with yet");
                Exit::Failed
            })
        }
    };
    let (old, new) = (of(&args.old, 2, printer)?, of(&args.new, 1, printer)?);
    Ok(Carried {
        subject: subject.name.clone(),
        language: new.language,
        old: format!("version {}", old.number),
        new: format!("version {}", new.number),
        text: lines(text(subject, old, printer)?, text(subject, new, printer)?),
        references: references(old, new),
        contract: differences(contract(old).as_ref(), contract(new).as_ref()),
    })
}

fn named<'s>(subject: &'s CarriedSubject, written: &str, printer: &mut Printer) -> Result<&'s CarriedVersion, Exit> {
    let found = match written {
        "last" => subject.versions.last(),
        number => {
            number.parse::<u32>().ok().and_then(|number| subject.versions.iter().find(|one| one.number == number))
        }
    };
    found.ok_or_else(|| {
        let numbers: Vec<String> = subject.versions.iter().map(|version| version.number.to_string()).collect();
        let help = format!("it is carried without a working file, and has {} and `last`", numbers.join(", "));
        printer.error(format_args!("`{}` has no version {written:?}", subject.name), help);
        Exit::Usage
    })
}

fn text<'v>(subject: &CarriedSubject, version: &'v CarriedVersion, printer: &mut Printer) -> Result<&'v str, Exit> {
    version.source.as_ref().map(topika_contract::text::Source::text).ok_or_else(|| {
        printer.error(
            format_args!("version {} of `{}` cannot be read", version.number, subject.name),
            "restore the frozen texts from version control; `cargo topika check` says which",
        );
        Exit::Failed
    })
}

fn lines(old: &str, new: &str) -> String {
    if old == new { String::new() } else { TextDiff::from_lines(old, new).unified_diff().to_string() }
}

fn references(old: &CarriedVersion, new: &CarriedVersion) -> Vec<ReferenceChange> {
    let mut names: Vec<&String> = old.references.iter().chain(&new.references).map(|of| &of.name).collect();
    names.sort();
    names.dedup();
    let of = |version: &CarriedVersion, name: &String| {
        let found = version.references.iter().find(|of| of.name == *name);
        found.map(|of| format!("version {} of {}", of.version, of.subject))
    };
    let all =
        names.into_iter().map(|name| ReferenceChange { name: name.clone(), old: of(old, name), new: of(new, name) });
    all.filter(|change| change.old != change.new).collect()
}

fn contract(version: &CarriedVersion) -> Option<DataContract> {
    DataContract::of("carried.contract.json", version.metadata.as_deref(), version.rule_set.as_deref())
}

impl Carried {
    /// What its language is called.
    pub(super) fn language(&self) -> &'static str {
        match self.language {
            Language::Avro => "Avro",
            Language::Json => "JSON Schema",
            Language::Protobuf => "Protocol Buffers",
        }
    }

    /// What there is to say of it all.
    pub(super) fn verdict(&self) -> &'static str {
        match (self.text.is_empty() && self.references.is_empty(), self.contract.is_empty()) {
            (true, true) => "No differences",
            (true, false) => "The texts say the same",
            (false, _) => {
                "The text is carried, and nothing here judges the change: it may be compatible or not; the registry says it at the push"
            }
        }
    }
}
