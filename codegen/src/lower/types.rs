use std::collections::{BTreeMap, BTreeSet, VecDeque};

use topika_contract::avro::FullName;
use topika_contract::json_schema::NodeId;
use topika_contract::report::{self, Finding};
use topika_contract::rules::{TYPES_FALLBACK, TYPES_RENAMED};
use topika_contract::text::Location;

use super::carried::Mark;
use super::choices::{Choice, Choices, Names, TypeChoices};
use super::files::File;
use super::foreign::Matter;
use super::job::Job;
use super::json_place::BranchNames;
use super::told::{Of, Told};
use crate::ir::{Body, Checks, Code, Look, Role, Struct, TypeDef, TypeId, Wire};
use crate::names::{Ident, Scope, is_changed, snake};

/// Rust names that the generated code writes without a path, or that read badly when they are something else.
const PRELUDE: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "From",
    "Hash",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Some",
    "String",
    "Sync",
    "ToString",
    "Vec",
];

/// How deep modules stand in each other.
const DEEPEST: usize = 16;

/// What a type is made for; each key has one type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// The named type of a file.
    Avro(usize, FullName),
    /// The subschema at a pointer of a text, for the file that owns the type (a frozen file owns types of several texts).
    Json(usize, String, String),
}

/// A type about to be declared.
pub(super) struct Declaration<'d> {
    pub(super) owner: usize,
    pub(super) module: Vec<Ident>,
    /// The name, in any spelling that is Rust's for types.
    pub(super) name: &'d str,
    pub(super) doc: Option<String>,
    pub(super) wire: Wire,
    pub(super) role: Role,
    pub(super) at: &'d Location,
}

/// The types so far.
pub(super) struct Lowering<'a> {
    pub(super) files: Vec<File<'a>>,
    pub(super) types: Vec<TypeDef>,
    owners: Vec<usize>,
    /// Where each type stands in its schema.
    pub(super) places: Vec<Option<Location>>,
    keys: BTreeMap<Key, TypeId>,
    /// The root type of each file.
    pub(super) roots: BTreeMap<usize, TypeId>,
    /// The types that the user writes, by the path of theirs.
    pub(super) handed: BTreeMap<TypeId, Code>,
    scopes: BTreeMap<Vec<Ident>, Scope>,
    jobs: VecDeque<Job<'a>>,
    pub(super) choices: Choices,
    /// The rows that speak of each type.
    pub(super) choices_of: Vec<TypeChoices>,
    /// What the fields hold that an option can be about.
    pub(super) concerned: BTreeSet<(TypeId, String, Matter)>,
    /// The fields that a schema marks as personal.
    pub(super) personal: BTreeSet<(TypeId, String)>,
    /// The fields that a schema marks as carrying a part of an envelope.
    pub(super) carried: Vec<Mark>,
    /// The names of the branches of unions that were asked for, by file and place.
    pub(super) branch_names: BTreeMap<(usize, NodeId), BranchNames>,
    pub(super) told: Told,
    /// The segments of modules whose change was told.
    told_modules: BTreeSet<String>,
    pub(super) problems: Vec<String>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(files: Vec<File<'a>>, choices: Choices) -> Self {
        Self {
            files,
            types: Vec::new(),
            owners: Vec::new(),
            places: Vec::new(),
            keys: BTreeMap::new(),
            roots: BTreeMap::new(),
            handed: BTreeMap::new(),
            scopes: BTreeMap::new(),
            jobs: VecDeque::new(),
            choices,
            choices_of: Vec::new(),
            concerned: BTreeSet::new(),
            personal: BTreeSet::new(),
            carried: Vec::new(),
            branch_names: BTreeMap::new(),
            told: Told::new(),
            told_modules: BTreeSet::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn owner(&self, id: TypeId) -> usize {
        self.owners.get(id.0).copied().unwrap_or(usize::MAX)
    }

    pub(super) fn known(&self, key: &Key) -> Option<TypeId> {
        self.keys.get(key).copied()
    }

    pub(super) fn type_name(&self, id: TypeId) -> &str {
        self.types.get(id.0).map_or("", |def| def.name.text())
    }

    pub(super) fn module_of(&self, id: TypeId) -> Vec<Ident> {
        self.types.get(id.0).map(|def| def.module.clone()).unwrap_or_default()
    }

    pub(super) fn set_body(&mut self, id: TypeId, body: Body) {
        if let Some(def) = self.types.get_mut(id.0) {
            def.body = body;
        }
    }

    /// What the user has chosen for a type.
    pub(super) fn choice(&self, id: TypeId) -> Choice {
        self.choices_of.get(id.0).map(|of| self.choices.of_type(of)).unwrap_or_default()
    }

    /// What the user has chosen for a field, by its name in the schema.
    pub(super) fn field_choice(&self, id: TypeId, field: &str) -> Choice {
        self.choices_of.get(id.0).map(|of| self.choices.of_field(of, field)).unwrap_or_default()
    }

    pub(super) fn later(&mut self, job: Job<'a>) {
        self.jobs.push_back(job);
    }

    pub(super) fn next_job(&mut self) -> Option<Job<'a>> {
        self.jobs.pop_front()
    }

    pub(super) fn warn(&mut self, at: &Location, message: impl Into<String>) {
        self.tell(TYPES_FALLBACK.at(at.clone(), message));
    }

    /// Keeps what there is to say, of what is being worked on.
    pub(super) fn tell(&mut self, finding: Finding) {
        self.told.tell(finding);
    }

    /// Does a part of the work that is for this: what is told by it is told of this.
    pub(super) fn working_on<T>(&mut self, of: Of, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.told.turn_to(of);
        let done = work(self);
        self.told.turn_to(before);
        done
    }

    pub(super) fn set_checks(&mut self, id: TypeId, checks: Checks) {
        if let Some(def) = self.types.get_mut(id.0) {
            def.checks = checks;
        }
    }

    /// Names a type; its body comes later.
    pub(super) fn declare(&mut self, key: Option<Key>, declaration: Declaration<'_>) -> TypeId {
        let Declaration { owner, module, name, doc, wire, role, at } = declaration;
        let base = if PRELUDE.contains(&name) || name == "Self" { format!("{name}Type") } else { name.to_owned() };
        let (ident, free) = self.scopes.entry(module.clone()).or_default().claim(&base);
        let told = if base != name {
            let message = format!("`{name}` means something else in Rust, so the type is called `{ident}`");
            Some((message, "take the name as it is, or rename the type"))
        } else if !free {
            let message = format!("`{name}` is taken in its module, so the type is called `{ident}`");
            let help = match wire {
                Wire::Avro => "take the name as it is, or rename the type",
                Wire::Json => "give it a `title` of its own, or take the name as it is",
            };
            Some((message, help))
        } else {
            None
        };
        let body = Body::Struct(Struct::default());
        let names = self.names(owner, &module, &ident, key.as_ref(), &role);
        let matched = self.choices.matched(names);
        let look = Look { origin: at.shown().source.path().to_owned(), ..Look::default() };
        let checks = Checks::default();
        let (aliases, properties) = (Vec::new(), Vec::new());
        let def = TypeDef { name: ident, module, doc, wire, role, checks, body, look, aliases, properties };
        let id = self.push(owner, def, matched, Some(at.clone()));
        if let Some((message, help)) = told {
            self.working_on(Of::Type(id), |lowering| {
                lowering.tell(TYPES_RENAMED.at(at.clone(), message).help(help));
            });
        }
        if let Some(key) = key {
            self.keys.insert(key, id);
        }
        id
    }

    /// Keeps what the schema allows and no Rust type can be.
    pub(super) fn refuse(&mut self, finding: &Finding) {
        self.problems.push(report::short(finding));
    }

    /// What a row may call a type.
    fn names(&self, owner: usize, module: &[Ident], ident: &Ident, key: Option<&Key>, role: &Role) -> Names {
        let path: Vec<&str> = module.iter().chain(std::iter::once(ident)).map(Ident::text).collect();
        let event = self.files.get(owner).and_then(File::event).filter(|_| matches!(role, Role::Event { .. }));
        let full = match key {
            Some(Key::Avro(_, name)) => Some(name.to_string()),
            _ => None,
        };
        Names { event: event.map(|event| event.name.clone()), full, path: path.join(".") }
    }

    fn push(&mut self, owner: usize, def: TypeDef, choices: TypeChoices, at: Option<Location>) -> TypeId {
        let id = TypeId(self.types.len());
        self.places.push(at);
        self.choices_of.push(choices);
        self.types.push(def);
        self.owners.push(owner);
        id
    }

    /// The JSON types that are one subschema of their file's own text, each with its pointer.
    pub(super) fn pointers(&self) -> BTreeMap<TypeId, String> {
        let pointer = |(key, id): (&Key, &TypeId)| match key {
            Key::Json(owner, text, pointer) if self.files.get(*owner)?.source.path() == text => {
                Some((*id, pointer.clone()))
            }
            _ => None,
        };
        self.keys.iter().filter_map(pointer).collect()
    }

    /// The file that owns what stands in the text `source_path`, seen from `user`.
    pub(super) fn home(&self, user: usize, source_path: &str) -> usize {
        let Some(file) = self.files.get(user) else { return user };
        if file.source.path() == source_path {
            return user;
        }
        let reference = file.references.iter().find(|r| r.source.path() == source_path);
        // Without a reference, two files write out the same type: the one that defines it for all is its home.
        let is_home = |file: &File<'_>| match reference {
            Some(reference) => file.path == reference.path,
            None => file.source.path() == source_path,
        };
        self.files.iter().position(|file| is_home(file) && file.frozen().is_none()).unwrap_or(user)
    }

    /// The module for these segments, and `v1` within it for a frozen file. `at` is the type that stands there.
    pub(super) fn module<'s>(
        &mut self,
        owner: usize,
        segments: impl Iterator<Item = &'s str>,
        at: &Location,
    ) -> Vec<Ident> {
        let segments: Vec<&str> = segments.filter(|s| !s.is_empty()).collect();
        let mut names: Vec<String> = segments.iter().map(|segment| ascii_snake(segment)).collect();
        // Whoever reads the file walks down its modules: the segments beyond the deepest are one.
        if names.len() > DEEPEST {
            let rest = names.split_off(DEEPEST - 1).join("_");
            names.push(rest);
        }
        let mut module: Vec<Ident> = names.iter().map(|name| Ident::new(name)).collect();
        // These two stand beside the modules of the namespaces.
        if let Some(first) = module.first_mut()
            && ["topics", "__topika"].contains(&first.text())
        {
            *first = Ident::new(&format!("{}_", first.text()));
        }
        for (segment, name) in segments.iter().zip(&module).take(DEEPEST - 1) {
            if is_changed(segment, name) && self.told_modules.insert((*segment).to_owned()) {
                self.working_on(Of::Module(name.to_string()), |lowering| lowering.tell_module(segment, name, at));
            }
        }
        if let Some(version) = self.files.get(owner).and_then(File::frozen) {
            module.push(Ident::new(&format!("v{version}")));
        }
        module
    }
}

/// The segments below `crate` of a path that is nothing but identifiers: text of a manifest is no code.
pub(crate) fn rust_path(path: &str) -> Option<Vec<Ident>> {
    let segments = path.strip_prefix("crate::")?.split("::");
    segments.map(|text| Some(Ident::new(text)).filter(|ident| ident.to_string() == text)).collect()
}

pub(super) fn wire_of(file: &File<'_>) -> Wire {
    match file.schema {
        topika_contract::project::EventSchema::Avro(_) => Wire::Avro,
        topika_contract::project::EventSchema::Json(_) => Wire::Json,
    }
}

/// Modules are ASCII, so that none is ever called like a type.
fn ascii_snake(segment: &str) -> String {
    let name = snake(segment);
    if name.is_ascii() {
        return name;
    }
    name.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("u{:x}", u32::from(c)) }).collect()
}
