use krafka::error::ErrorCode;
use krafka::testing::{ApiKey, Control, FakeBroker};
use tokio::runtime::Runtime;

use crate::served::{Means, Wish};

pub struct Fake {
    fake: FakeBroker,
    nodes: i32,
    _runs: Runtime,
}

impl Fake {
    pub fn start(wish: Wish) -> Result<(Fake, String), String> {
        let runs = Runtime::new().map_err(why)?;
        let nodes = if wish == Wish::TwoNodes { 2 } else { 1 };
        let fake = runs.block_on(FakeBroker::start_cluster(nodes)).map_err(why)?;
        if wish == Wish::Users {
            fake.require_sasl_plain("ann", "hush");
        }
        let bootstrap = fake.bootstrap_servers();
        Ok((Fake { fake, nodes: i32::try_from(nodes).unwrap_or(1), _runs: runs }, bootstrap))
    }
}

fn why(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Means for Fake {
    fn create_topic(&self, name: &str, partitions: i32, _compact: bool) -> Result<(), String> {
        if self.fake.create_topic(name, partitions) { Ok(()) } else { Err("it makes no such topic".to_owned()) }
    }

    fn refuse_a_write(&self) -> Result<(), String> {
        self.fake.on_once(ApiKey::Produce, |_| Control::Error(ErrorCode::NotLeaderForPartition));
        Ok(())
    }

    fn lose_an_answer(&self) -> Result<(), String> {
        self.fake.on_once(ApiKey::Produce, |_| Control::ApplyThen(Box::new(Control::Disconnect)));
        Ok(())
    }

    fn move_leader(&self) -> Result<(), String> {
        // Nodes are 0 and 1, and 0 leads unless it is told otherwise: whichever it is, the other one ends as the leader.
        self.fake.set_leader("t", 0, 0);
        if self.fake.set_leader("t", 0, 1) { Ok(()) } else { Err("it does not move it".to_owned()) }
    }

    fn go(&self) -> Result<(), String> {
        (0..self.nodes).for_each(|node| self.fake.crash(node));
        Ok(())
    }

    fn come_back(&self) -> Result<(), String> {
        (0..self.nodes).for_each(|node| self.fake.restart(node));
        Ok(())
    }

    fn start_anew(&mut self) -> Result<String, String> {
        Err("all is in memory".to_owned())
    }
}
