use syn::{GenericArgument, PathArguments, Type};

/// What a type is, as far as it is written: a rule of another kind is a mistake.
#[derive(Clone, Copy)]
pub(super) enum Kind<'t> {
    Text,
    Number,
    Bool,
    List(Option<&'t Type>),
    Map(Option<&'t Type>),
    Unknown,
}

impl<'t> Kind<'t> {
    pub(super) fn of(ty: &'t Type) -> Self {
        let (name, arguments) = match ty {
            Type::Reference(reference) => return Self::of(&reference.elem),
            Type::Slice(slice) => return Self::List(Some(&slice.elem)),
            Type::Path(path) => match path.path.segments.last() {
                Some(last) => (last.ident.to_string(), &last.arguments),
                None => return Self::Unknown,
            },
            _ => return Self::Unknown,
        };
        let types: Vec<&Type> = match arguments {
            PathArguments::AngleBracketed(list) => list.args.iter().filter_map(argument).collect(),
            _ => Vec::new(),
        };
        match name.as_str() {
            "Option" | "Box" | "Cow" => types.first().map_or(Self::Unknown, |inner| Self::of(inner)),
            "String" | "str" | "Text" => Self::Text,
            "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "f32" | "f64" => Self::Number,
            "bool" => Self::Bool,
            "Vec" | "BTreeSet" | "HashSet" => Self::List(types.first().copied()),
            "BTreeMap" | "HashMap" => Self::Map(types.get(1).copied()),
            _ => Self::Unknown,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Number => "a number",
            Self::Bool => "a boolean",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Unknown => "a type of its own",
        }
    }
}

fn argument(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
