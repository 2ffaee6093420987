use super::context::{Context, Said, subject_of};
use super::hazards::{Hazard, HazardKind};
use crate::compat::Direction;
use crate::report::Finding;
use crate::rules::{
    AVRO_BYTES_AS_TEXT, AVRO_DEFAULT_CHANGED, AVRO_ENUM_DEFAULT_CHANGED, AVRO_ENUM_SYMBOL_ABSORBED,
    AVRO_FIELD_ORDER_CHANGED, AVRO_LOGICAL_TYPE_ASSUMED, AVRO_LOGICAL_TYPE_CHANGED, AVRO_LOGICAL_TYPE_IGNORED,
    AVRO_PRECISION_LOST, AVRO_TYPE_CHANGED, AVRO_UNION_BRANCH_MISREAD,
};

impl Context {
    /// The finding of our own about a hazard; none where the direction takes the edge off it.
    pub(super) fn hazard(self, one: &Hazard) -> Option<Finding> {
        // An enum has a default so that old readers take new symbols for it: that is no surprise.
        if one.kind == HazardKind::SymbolAbsorbed && self.direction == Direction::Forward {
            return None;
        }
        let (at, old_at) = self.sides(&one.reader_at, &one.writer_at);
        let unreadable = one.retyped && one.kind != HazardKind::LogicalIgnored;
        let told = self.told(self.said(one), !unreadable, at, old_at, &one.location);
        Some(Finding { witness: one.witness.clone(), ..told })
    }

    fn said(self, one: &Hazard) -> Said {
        let (new, old) = self.sides(one.reader.as_str(), one.writer.as_str());
        let (n, field) = (self.number, subject_of(&one.field));
        let change = format!("{field} was {old} and is now {new}");
        let related = format!("version {n}: {old}");
        match one.kind {
            HazardKind::LogicalChanged | HazardKind::LogicalAssumed | HazardKind::BytesAsText if one.retyped => Said {
                rule: &AVRO_TYPE_CHANGED,
                message: change,
                related,
                help: "add a field beside it, or run `cargo topika explain avro/type-changed`",
            },
            HazardKind::LogicalChanged => Said {
                rule: &AVRO_LOGICAL_TYPE_CHANGED,
                message: format!("{change}: the same bytes, read as something else"),
                related,
                help: "keep the logical type, and add a field beside it",
            },
            HazardKind::LogicalAssumed => Said {
                rule: &AVRO_LOGICAL_TYPE_ASSUMED,
                message: format!("{change}: what was written without the logical type is read with it"),
                related,
                help: "keep the type, and add a field beside it; or waive it where all data fits",
            },
            HazardKind::LogicalIgnored => Said {
                rule: &AVRO_LOGICAL_TYPE_IGNORED,
                message: format!("{change}: the bare value is read"),
                related,
                help: "keep the logical type",
            },
            HazardKind::PrecisionLost => Said {
                rule: &AVRO_PRECISION_LOST,
                message: format!("{change}: large numbers are rounded"),
                related,
                help: "keep the type, or add a field beside it",
            },
            HazardKind::BytesAsText => Said {
                rule: &AVRO_BYTES_AS_TEXT,
                message: format!("{change}: bytes that are no UTF-8 cannot be read as text"),
                related,
                help: "keep the type, or add a field beside it",
            },
            HazardKind::BranchMisread => Said {
                rule: &AVRO_UNION_BRANCH_MISREAD,
                message: format!("{field}: {} is taken for {}, which has its short name only", one.writer, one.reader),
                related: format!("version {n}: {old}"),
                help: "keep the branch, or name the old full name in `aliases` of the one that takes its place",
            },
            HazardKind::SymbolAbsorbed => Said {
                rule: &AVRO_ENUM_SYMBOL_ABSORBED,
                message: format!(
                    "the enum of {field} lost {}, which is read as its default {}",
                    one.writer, one.reader
                ),
                related: format!("version {n} may hold {}", one.writer),
                help: "keep the symbols",
            },
            HazardKind::EnumDefaultChanged => Said {
                rule: &AVRO_ENUM_DEFAULT_CHANGED,
                message: format!("the default of the enum of {field} was {old} and is now {new}"),
                related,
                help: "keep the default; add a symbol where another meaning is wanted",
            },
            HazardKind::DefaultChanged => Said {
                rule: &AVRO_DEFAULT_CHANGED,
                message: format!(
                    "the default of {field} was {old} and is now {new}: data that lacks it reads differently"
                ),
                related,
                help: "keep the default",
            },
            HazardKind::OrderChanged => Said {
                rule: &AVRO_FIELD_ORDER_CHANGED,
                message: format!("{field} was {old} and is now {new}"),
                related,
                help: "keep the order, where anything compares or sorts these records by their bytes",
            },
        }
    }
}
