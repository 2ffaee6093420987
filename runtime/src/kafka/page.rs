//! The page of our defaults, held against the settings and against librdkafka's own list.

use std::collections::BTreeMap;
use std::fs;

use rdkafka::ClientConfig;

use super::config::Settings;
use super::properties::check;
use super::properties::reference::rows;

/// Named by the user, and no defaults.
const NAMED: [&str; 2] = ["bootstrap.servers", "group.id"];

/// Which client sets it, and to what.
type Defaults = BTreeMap<String, (&'static str, String)>;

fn defaults() -> Defaults {
    let settings = Settings::new("127.0.0.1:9092".to_owned(), BTreeMap::new()).unwrap();
    let of = |config: &ClientConfig| -> BTreeMap<String, String> {
        let set = config.config_map().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        set.filter(|(name, _)| !NAMED.contains(&name.as_str())).collect()
    };
    let (all, producer, consumer) = (of(&settings.plain()), of(&settings.producer()), of(&settings.consumer("g")));
    let mut defaults = Defaults::new();
    let both = producer.iter().filter(|(name, value)| consumer.get(*name) == Some(*value));
    let both = both.map(|(name, value)| (name.clone(), value.clone())).collect();
    for (client, set) in [("producer", producer), ("consumer", consumer), ("producer, consumer", both), ("all", all)] {
        defaults.extend(set.into_iter().map(|(name, value)| (name, (client, value))));
    }
    defaults
}

#[test]
fn the_page_has_all_of_our_defaults_beside_librdkafka_s_and_no_other() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/kafka-settings.md")).unwrap();
    let (_, table) = page.split_once("## Our defaults beside librdkafka's").unwrap();
    let theirs = rows();
    let mut left = defaults();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, client, ours, theirs_said, why] = cells[..] else { panic!("{line}") };
        let name = name.trim_matches('`');
        let Some((set_by, value)) = left.remove(name) else { panic!("{name} is not set, or stands there twice") };
        assert_eq!((client, ours), (set_by, value.as_str()), "{name}");
        assert_eq!(theirs_said, theirs[name].default, "{name}: librdkafka's default");
        assert!(why.len() > 10, "{name} has no reason");
        let others = ["false", "true", "5"].into_iter().filter(|other| *other != ours);
        let refused = others.into_iter().all(|other| check(name, other).is_err());
        assert!(refused || !why.starts_with("promise"), "{name} can be set otherwise");
    }
    assert!(left.is_empty(), "set, and not on the page: {left:?}");
}
