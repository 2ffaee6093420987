use topika::{Event, On, Topic};

#[derive(Event)]
#[event(schema = "a/b.avsc", partial)]
struct B {
    total: i64,
}

#[derive(Event)]
#[event(name = "a.c")]
struct C {
    total: i64,
}

#[derive(Topic)]
#[topic(name = "a", key = "total", key_type = i64)]
enum A {
    B(B),
    C(C),
}

fn send<T: Topic>(_: &impl On<T>) {}

fn main() {
    send::<A>(&B { total: 1 });
    send::<A>(&A::B(B { total: 1 }));
    // The other event is whole.
    send::<A>(&C { total: 1 });
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
