use crate::avro::{Definition, Kind, Named, Schema, Type};
use crate::compat::avro::promotion::reads;

/// Which branch of a reader's union a type becomes.
pub(super) struct Picked {
    pub(super) index: usize,
    /// Whether only the short name says so: neither the full name nor an alias does.
    pub(super) by_short_name: bool,
    /// Whether another branch has the same short name.
    pub(super) others: bool,
    /// Whether it is a record.
    pub(super) record: bool,
}

/// The branch that a decoder takes: the same full name, or an alias that means it; then, of records, enums and fixed, the last of the
/// same short name, as Java's resolver does; then the first that the type may be promoted to. None where nothing reads it.
pub(super) fn pick((reader, branches): (&Schema, &[Type]), (writer, written): (&Schema, &Type)) -> Option<Picked> {
    let exactly = |index| Picked { index, by_short_name: false, others: false, record: false };
    let Kind::Named(name) = &written.kind else {
        let same = std::mem::discriminant(&written.kind);
        let plain = |branch: &Type| !matches!(branch.kind, Kind::Named(_));
        let by_kind = branches.iter().position(|branch| plain(branch) && std::mem::discriminant(&branch.kind) == same);
        return by_kind
            .or_else(|| branches.iter().position(|branch| plain(branch) && reads(&branch.kind, &written.kind)))
            .map(exactly);
    };
    let named = writer.named(name)?;
    let candidates = || {
        branches.iter().enumerate().filter_map(|(index, branch)| match &branch.kind {
            Kind::Named(other) => Some((index, reader.named(other)?)).filter(|(_, other)| same_kind(other, named)),
            _ => None,
        })
    };
    if let Some((index, _)) = candidates().find(|(_, other)| other.name == *name || other.aliases.contains(name)) {
        return Some(exactly(index));
    }
    let by_short_name = || candidates().filter(|(_, other)| other.name.short() == name.short());
    let (index, _) = by_short_name().next_back()?;
    let record = matches!(named.definition, Definition::Record(_));
    Some(Picked { index, by_short_name: true, others: by_short_name().count() > 1, record })
}

fn same_kind(reader: &Named, writer: &Named) -> bool {
    match (&reader.definition, &writer.definition) {
        (Definition::Record(_), Definition::Record(_)) | (Definition::Enum { .. }, Definition::Enum { .. }) => true,
        (Definition::Fixed(r), Definition::Fixed(w)) => r == w,
        _ => false,
    }
}
