use rdkafka::Offset;
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication,
};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{CommitMode, Consumer};
use tokio::runtime::Runtime;

use super::Answer;
use super::ask::{PATIENCE, at, config, consumer, count, producer, send, why, yes_if};
use crate::served::Served;

struct Admin {
    runs: Runtime,
    client: AdminClient<DefaultClientContext>,
    options: AdminOptions,
}

fn admin(served: &Served) -> Result<Admin, String> {
    let runs = Runtime::new().map_err(why)?;
    let client = runs.block_on(async { config(served, &[]).create() }).map_err(why)?;
    let options = AdminOptions::new().request_timeout(Some(PATIENCE)).operation_timeout(Some(PATIENCE));
    Ok(Admin { runs, client, options })
}

pub(super) fn topics(served: &mut Served) -> Answer {
    let admin = admin(served)?;
    let topic = NewTopic::new("made", 3, TopicReplication::Fixed(1)).set("retention.ms", "1000");
    let made = admin.runs.block_on(admin.client.create_topics([&topic], &admin.options)).map_err(why)?;
    let deleted = admin.runs.block_on(admin.client.delete_topics(&["made"], &admin.options)).map_err(why)?;
    yes_if(made.iter().chain(&deleted).all(Result::is_ok), || format!("{made:?}, {deleted:?}"))
}

pub(super) fn partitions(served: &mut Served) -> Answer {
    let admin = admin(served)?;
    let more = NewPartitions::new("t", 3);
    let made = admin.runs.block_on(admin.client.create_partitions([&more], &admin.options)).map_err(why)?;
    let there = consumer(served, "group", &[])?.fetch_metadata(Some("t"), PATIENCE).map_err(why)?;
    let there: usize = there.topics().iter().map(|topic| topic.partitions().len()).sum();
    yes_if(made.iter().all(Result::is_ok) && there == 3, || format!("{made:?}, and there are {there}"))
}

pub(super) fn settings(served: &mut Served) -> Answer {
    let admin = admin(served)?;
    let topic = ResourceSpecifier::Topic("t");
    let change = AlterConfig::new(topic).set("retention.ms", "86400000");
    let changed = admin.runs.block_on(admin.client.alter_configs([&change], &admin.options)).map_err(why)?;
    let seen = admin.runs.block_on(admin.client.describe_configs([&topic], &admin.options)).map_err(why)?;
    let seen = seen.iter().flatten().find_map(|topic| topic.get("retention.ms").and_then(|entry| entry.value.clone()));
    let holds = changed.iter().all(Result::is_ok) && seen.as_deref() == Some("86400000");
    yes_if(holds, || format!("{changed:?}, and it is {seen:?}"))
}

pub(super) fn records(served: &mut Served) -> Answer {
    let producer = producer(served, &[])?;
    for _ in 0..3 {
        send(&producer, b"x")?;
    }
    let admin = admin(served)?;
    let before = at("t", Offset::Offset(2))?;
    admin.runs.block_on(admin.client.delete_records(&before, &admin.options)).map_err(why)?;
    let count = count(served)?;
    yes_if(count == 1, || format!("{count} are read in place of 1"))
}

pub(super) fn groups(served: &mut Served) -> Answer {
    send(&producer(served, &[])?, b"x")?;
    let consumer = consumer(served, "group", &[])?;
    consumer.commit(&at("t", Offset::Offset(1))?, CommitMode::Sync).map_err(why)?;
    drop(consumer);
    let admin = admin(served)?;
    let deleted = admin.runs.block_on(admin.client.delete_groups(&["group"], &admin.options)).map_err(why)?;
    yes_if(deleted.iter().all(Result::is_ok), || format!("{deleted:?}"))
}
