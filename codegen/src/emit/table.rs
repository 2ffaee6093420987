use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{FieldTable, Ir, RefText, SchemaTable, Shape, Table, TableTy, Wire};

/// The module `__topika`: a constant for each schema file.
pub(super) fn tables(ir: &Ir) -> TokenStream {
    let tables = ir.tables.iter().map(schema_table);
    quote! {
        #[doc(hidden)]
        pub mod __topika {
            #[allow(unused_imports)]
            use ::topika::schema::{FieldTable, Format, Reference, SchemaFile, Shape, Table, Ty};
            #(#tables)*
        }
    }
}

fn schema_table(table: &SchemaTable) -> TokenStream {
    let SchemaTable { constant, path, wire, event, record, text, references, version, topic, subject, types } = table;
    let format = match wire {
        Wire::Avro => quote!(Format::Avro),
        Wire::Json => quote!(Format::Json),
    };
    let references = references.iter().map(reference);
    let version = match version {
        Some(version) => {
            let version = proc_macro2::Literal::u32_unsuffixed(*version);
            quote!(Some(#version))
        }
        None => quote!(None),
    };
    let types = types.iter().map(self::table);
    quote! {
        pub const #constant: SchemaFile = SchemaFile {
            path: #path,
            format: #format,
            event: #event,
            record: #record,
            text: #text,
            references: &[#(#references),*],
            version: #version,
            topic: #topic,
            subject: #subject,
            types: &[#(#types),*],
        };
    }
}

fn reference(reference: &RefText) -> TokenStream {
    let RefText { name, subject, text, uses } = reference;
    quote! {
        Reference { name: #name, subject: #subject, text: #text, uses: &[#(#uses),*] }
    }
}

fn table(table: &Table) -> TokenStream {
    let Table { name, shape, line, column } = table;
    let shape = match shape {
        Shape::Record(fields) => {
            let fields = fields.iter().map(field);
            quote!(Shape::Record(&[#(#fields),*]))
        }
        Shape::Enum(symbols, None) => quote!(Shape::Enum(&[#(#symbols),*], None)),
        Shape::Enum(symbols, Some(default)) => {
            quote!(Shape::Enum(&[#(#symbols),*], Some(#default)))
        }
        Shape::Fixed(size) => {
            let size = proc_macro2::Literal::usize_unsuffixed(*size);
            quote!(Shape::Fixed(#size))
        }
    };
    let (line, column) = (number(*line), number(*column));
    quote!(Table { name: #name, shape: #shape, line: #line, column: #column })
}

fn field(field: &FieldTable) -> TokenStream {
    let FieldTable { name, ty, optional, line, column } = field;
    let ty = self::ty(ty);
    let (line, column) = (number(*line), number(*column));
    quote! {
        FieldTable { name: #name, ty: #ty, optional: #optional, line: #line, column: #column }
    }
}

fn number(number: u32) -> proc_macro2::Literal {
    proc_macro2::Literal::u32_unsuffixed(number)
}

fn ty(of: &TableTy) -> TokenStream {
    let variant = match of {
        TableTy::Null => quote!(Null),
        TableTy::Boolean => quote!(Boolean),
        TableTy::Int => quote!(Int),
        TableTy::Long => quote!(Long),
        TableTy::Float => quote!(Float),
        TableTy::Double => quote!(Double),
        TableTy::Bytes => quote!(Bytes),
        TableTy::String => quote!(String),
        TableTy::Array(items) => {
            let items = ty(items);
            quote!(Array(&#items))
        }
        TableTy::Map(values) => {
            let values = ty(values);
            quote!(Map(&#values))
        }
        TableTy::Union(branches) => {
            let branches = branches.iter().map(ty);
            quote!(Union(&[#(#branches),*]))
        }
        TableTy::Named(name) => quote!(Named(#name)),
        TableTy::Decimal { precision, scale } => {
            let (precision, scale) = (number(*precision), number(*scale));
            quote!(Decimal { precision: #precision, scale: #scale })
        }
        TableTy::DecimalFixed { precision, scale, name } => {
            let (precision, scale) = (number(*precision), number(*scale));
            quote!(DecimalFixed { precision: #precision, scale: #scale, name: #name })
        }
        TableTy::Uuid => quote!(Uuid),
        TableTy::Date => quote!(Date),
        TableTy::TimeMillis => quote!(TimeMillis),
        TableTy::TimeMicros => quote!(TimeMicros),
        TableTy::TimestampMillis => quote!(TimestampMillis),
        TableTy::TimestampMicros => quote!(TimestampMicros),
        TableTy::TimestampNanos => quote!(TimestampNanos),
        TableTy::LocalTimestampMillis => quote!(LocalTimestampMillis),
        TableTy::LocalTimestampMicros => quote!(LocalTimestampMicros),
        TableTy::LocalTimestampNanos => quote!(LocalTimestampNanos),
        TableTy::Duration(name) => quote!(Duration(#name)),
        TableTy::Any => quote!(Any),
    };
    quote!(Ty::#variant)
}
