use topika_contract::project::{Contract, Format};
use topika_contract::report::Finding;
use topika_contract::threads::on_a_large_stack;

use crate::emit::emit;
use crate::ir::{Ir, Role, TypeDef, TypeId, Wire};
use crate::lower::{Options, lower, rust_path};

/// What the generator makes of a schema file that stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The source of the module.
    pub source: String,
    /// The types that values can be tried on: the file's own, its root first.
    pub types: Vec<PartType>,
    /// How many types are the file's own, those included that it has no name for.
    pub own: usize,
    /// What the generator has to say of the file.
    pub said: Vec<Said>,
    /// What would make the module wrong.
    pub problems: Vec<String>,
}

/// A generated type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartType {
    /// Its path within the module: `orders::OrderPlaced`.
    pub rust: String,
    /// How its values are written.
    pub format: Format,
    /// The full name of an Avro type, the pointer of a JSON type (`#/$defs/item`); `None` for the root of the file.
    pub name: Option<String>,
}

/// A line of the generator about a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The path of the file.
    pub path: String,
    /// `path:line:column`.
    pub at: String,
    /// The rule.
    pub rule: &'static str,
    /// What there is to know.
    pub message: String,
}

/// Generates the module of a contract that is one file with what it refers to, to stand at `module` (`crate::m1`).
///
/// ```
/// use topika_build::part;
/// use topika_contract::project::{SchemaFile, alone};
/// use topika_contract::text::Source;
///
/// let text = r#"{ "type": "record", "name": "orders.Placed", "fields": [] }"#;
/// let file = SchemaFile::new("a.avsc", Source::new("a.avsc", text)).unwrap();
/// let contract = alone(&[file]).remove(0).contract.unwrap();
/// let part = part(&contract, "crate::m1");
/// assert_eq!(part.types[0].rust, "orders::Placed");
/// ```
#[must_use]
pub fn part(contract: &Contract, module: &str) -> Part {
    // Types lie as deep in each other as a schema may.
    on_a_large_stack(|| made(contract, module)).unwrap_or_else(|| made(contract, module))
}

fn made(contract: &Contract, module: &str) -> Part {
    let contract = named_by_format(contract);
    let event = contract.events.first();
    // The types of other files come as they are used; those of a file without an event all at once.
    let only = event.map(|event| event.name.clone()).into_iter().collect();
    let ir = lower(&contract, &Options { only, module: rust_path(module), ..Options::default() });
    let path = event.map(|event| &event.path).or_else(|| contract.shared.first().map(|shared| &shared.path));
    let source = match event {
        Some(event) => event.source.path(),
        None => contract.shared.first().map_or("", |shared| shared.source.path()),
    };
    Part {
        source: emit(&ir, None),
        types: path.map(|path| types(&ir, path)).unwrap_or_default(),
        own: ir.owners.iter().filter(|owner| **owner == 0).count(),
        said: ir.findings.iter().filter_map(|finding| said(finding, source)).collect(),
        problems: ir.problems,
    }
}

/// The contract with paths that end as their format does: attributes say a format by nothing else. Where a text comes from stays in its
/// source.
fn named_by_format(contract: &Contract) -> Contract {
    let mut contract = contract.clone();
    let end = |path: &mut String, format: Format| {
        if Format::of_path(path) != Some(format) {
            path.push('.');
            path.push_str(format.ending());
        }
    };
    for event in &mut contract.events {
        end(&mut event.path, event.format);
        event.references.iter_mut().for_each(|reference| end(&mut reference.path, event.format));
    }
    for shared in &mut contract.shared {
        end(&mut shared.path, shared.format);
        shared.references.iter_mut().for_each(|reference| end(&mut reference.path, shared.format));
    }
    contract
}

fn types(ir: &Ir, path: &str) -> Vec<PartType> {
    let root = ir.roots.get(&0).copied();
    let rest = ir.order.iter().copied().filter(|id| Some(*id) != root && is_own(ir, *id));
    root.into_iter().chain(rest).filter_map(|id| part_type(ir, id, path, Some(id) == root)).collect()
}

fn is_own(ir: &Ir, id: TypeId) -> bool {
    ir.owners.get(id.0) == Some(&0)
}

fn part_type(ir: &Ir, id: TypeId, path: &str, is_root: bool) -> Option<PartType> {
    let def: &TypeDef = ir.types.get(id.0)?;
    let rust = def.module.iter().chain([&def.name]).map(ToString::to_string).collect::<Vec<_>>().join("::");
    match (def.wire, &def.role) {
        (Wire::Avro, Role::Event { .. }) => Some(PartType { rust, format: Format::Avro, name: None }),
        (Wire::Avro, Role::Named { file, name }) => {
            (file.path == path).then(|| PartType { rust, format: Format::Avro, name: Some(name.clone()) })
        }
        (Wire::Avro, Role::Unnamed) => None,
        (Wire::Json, _) if is_root => Some(PartType { rust, format: Format::Json, name: None }),
        (Wire::Json, _) => Some(PartType { rust, format: Format::Json, name: Some(ir.pointers.get(&id)?.clone()) }),
    }
}

fn said(finding: &Finding, source: &str) -> Option<Said> {
    let at = finding.at.as_ref()?;
    let path = at.source.path();
    let (rule, message) = (finding.rule.id, finding.message.clone());
    (path == source).then(|| Said { path: path.to_owned(), at: at.to_string(), rule, message })
}
