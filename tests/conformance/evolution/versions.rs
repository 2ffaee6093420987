//! One event in two versions: the later has lost a field and gained another, both with defaults, so that each reads what the other has written.

/// The types of a version, and the handler that tells who has written what it reads.
macro_rules! version {
    ($module:ident, $project:literal, $own:ident: $version:ident) => {
        pub(crate) mod $module {
            use topika::handler::{Key, State};
            use topika::types::Bytes;
            use topika::{App, Event, Topic};

            use super::super::{Seen, Version};

            #[derive(Clone, Debug, PartialEq, Event)]
            #[event(name = "cases.evolved", project = $project)]
            pub(crate) struct Evolved {
                pub(crate) number: i32,
                #[event(default = "not said")]
                pub(crate) $own: String,
            }

            #[derive(Clone, Debug, PartialEq, Topic)]
            #[topic(name = "evolving", key_type = Bytes, partitions = 4)]
            pub(crate) enum Evolving {
                Evolved(Evolved),
            }

            impl Evolved {
                pub(crate) fn of(number: i32) -> Self {
                    Self { number, $own: "said".to_owned() }
                }
            }

            async fn read(State(seen): State<Seen>, Key(key): Key<Bytes>, event: Evolved) -> Result<(), String> {
                let writer = if event.$own == "said" { Version::$version } else { Version::$version.other() };
                seen.note(Version::$version, writer, &key, event.number);
                Ok(())
            }

            pub(crate) fn reader(group: &str, seen: Seen) -> App<Seen> {
                App::new(group).with_state(seen).topic(Evolving::router().evolved(read))
            }
        }
    };
}

version!(earlier, "tests/conformance/evolution/earlier", remark: Earlier);
version!(later, "tests/conformance/evolution/later", language: Later);

/// A version that none of the two can read, nor read them.
pub(crate) mod stray {
    use topika::types::Bytes;
    use topika::{Event, Topic};

    #[derive(Clone, Debug, PartialEq, Event)]
    #[event(name = "cases.evolved", project = "tests/conformance/evolution/stray")]
    pub(crate) struct Evolved {
        pub(crate) number: String,
    }

    #[derive(Clone, Debug, PartialEq, Topic)]
    #[topic(name = "evolving", key_type = Bytes, partitions = 4)]
    pub(crate) enum Evolving {
        Evolved(Evolved),
    }
}
