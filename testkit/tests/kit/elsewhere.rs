//! The same test where the environment names a cluster: here an embedded broker in another process plays it; `tests/conformance` has Apache Kafka.

use std::process::Command;

use topika::App;
use topika::handler::skip;
use topika_testkit::Broker;

use crate::orders::{Orders, cancelled};

const CHILD: &str = "TOPIKA_TESTKIT_ELSEWHERE";
const PANIC: &str = "panic";

/// It knows nothing of where it runs.
#[tokio::test]
async fn orders_are_audited() {
    let kit = topika_testkit::start().await;
    assert_eq!(kit.is_embedded(), std::env::var_os("TOPIKA_TEST_BOOTSTRAP").is_none());
    kit.given::<Orders>([cancelled("O-1", "ann")]).await;
    let run = kit.handled(App::new("audit").topic(Orders::router().otherwise(skip)).dead_letters()).await;
    kit.published::<Orders>().await.assert_eq([cancelled("O-1", "ann")]);
    kit.retried::<Orders>(&run).await.assert_empty();
    assert!(std::env::var_os(CHILD).is_none_or(|told| told != PANIC), "told to panic");
}

#[test]
fn a_test_goes_to_the_cluster_that_the_environment_names_and_leaves_nothing_there_also_where_it_fails() {
    let broker = Broker::start().unwrap();
    for (told, ends_well) in [("end well", true), (PANIC, false)] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "elsewhere::orders_are_audited"]).env(CHILD, told);
        let ended = child.env("TOPIKA_TEST_BOOTSTRAP", broker.bootstrap()).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stdout);
        assert_eq!(ended.status.success(), ends_well, "{said}");
        assert!(ends_well || said.contains("told to panic"), "{said}");
        assert_eq!(broker.topics(), [""; 0]);
        assert!(broker.requests(topika_testkit::ApiKey::CreateTopics) > 0, "it was there");
    }
}
