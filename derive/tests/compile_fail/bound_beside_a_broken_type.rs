use topika::{Event, Record};

#[derive(Event)]
#[event(schema = "a/b.avsc")]
struct B {
    total: Money,
}

#[derive(Record)]
struct Money {
    cents: i64,
}

mod events {
    pub mod __topika {
        use topika::schema::{FieldTable, Format, SchemaFile, Shape, Table, Ty};
        pub const A__B__AVSC: SchemaFile = SchemaFile {
            path: "schemas/a/b.avsc",
            format: Format::Avro,
            event: "a.b",
            record: "a.B",
            text: "",
            references: &[],
            version: None,
            topic: "a.b",
            subject: "a.b-value",
            types: &[
                Table {
                    name: "a.B",
                    shape: Shape::Record(&[FieldTable { name: "total", ty: Ty::Long, optional: false, line: 7, column: 5 }]),
                    line: 2,
                    column: 3,
                },
                Table { name: "a.E", shape: Shape::Enum(&["X", "Y"], None), line: 9, column: 3 },
                Table { name: "a.F", shape: Shape::Fixed(16), line: 10, column: 3 },
            ],
        };
        pub const A__B__SCHEMA__JSON: SchemaFile =
            SchemaFile { path: "schemas/a/b.schema.json", format: Format::Json, record: "B", ..A__B__AVSC };
    }
}

fn main() {}
