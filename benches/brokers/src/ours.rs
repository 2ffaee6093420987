use std::time::Duration;

use topika_testkit::broker::Sasl;
use topika_testkit::{ApiKey, Broker, ErrorCode, Fault};

use crate::served::{Means, Wish};

pub struct Ours {
    /// None while it is started anew.
    broker: Option<Broker>,
    /// Where it keeps everything, once that is asked for.
    dir: tempfile::TempDir,
}

impl Ours {
    pub fn start(wish: Wish) -> Result<(Ours, String), String> {
        let dir = tempfile::tempdir().map_err(why)?;
        let nodes = if wish == Wish::TwoNodes { 2 } else { 1 };
        let mut builder = Broker::builder().nodes(nodes).retention_check_interval(Duration::from_millis(100));
        if wish == Wish::Users {
            builder = builder.sasl(Sasl::new().user("ann", "hush"));
        }
        let broker = builder.start().map_err(why)?;
        let bootstrap = broker.bootstrap();
        Ok((Ours { broker: Some(broker), dir }, bootstrap))
    }

    fn broker(&self) -> Result<&Broker, String> {
        self.broker.as_ref().ok_or_else(|| "it has ended".to_owned())
    }
}

fn why(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Means for Ours {
    fn create_topic(&self, name: &str, partitions: i32, compact: bool) -> Result<(), String> {
        let settings = if compact { &[("cleanup.policy", "compact")][..] } else { &[] };
        self.broker()?.create_topic(name, partitions, settings).map_err(why)
    }

    fn refuse_a_write(&self) -> Result<(), String> {
        self.broker()?.inject(Fault::error(ApiKey::Produce, ErrorCode::NOT_LEADER_OR_FOLLOWER));
        Ok(())
    }

    fn lose_an_answer(&self) -> Result<(), String> {
        self.broker()?.inject(Fault::lost_answer(ApiKey::Produce));
        Ok(())
    }

    fn move_leader(&self) -> Result<(), String> {
        let broker = self.broker()?;
        let (leader, _) = broker.leader("t", 0).ok_or("nobody leads it")?;
        broker.move_leader("t", 0, 3 - leader).map_err(why)
    }

    fn go(&self) -> Result<(), String> {
        self.broker()?.stop();
        Ok(())
    }

    fn come_back(&self) -> Result<(), String> {
        self.broker()?.restart().map_err(why)
    }

    fn start_anew(&mut self) -> Result<String, String> {
        self.broker = None;
        let broker = Broker::builder().data(self.dir.path()).start().map_err(why)?;
        if !broker.topics().contains(&"t".to_owned()) {
            broker.create_topic("t", 1, &[]).map_err(why)?;
        }
        let bootstrap = broker.bootstrap();
        self.broker = Some(broker);
        Ok(bootstrap)
    }
}
