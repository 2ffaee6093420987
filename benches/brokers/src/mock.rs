use std::time::Duration;

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

use crate::served::{Means, Wish};

pub struct Mock(MockCluster<'static, DefaultProducerContext>);

/// All of its nodes.
const ALL: i32 = -1;

impl Mock {
    pub fn start(wish: Wish) -> Result<(Mock, String), String> {
        // It asks nobody who they are: the question finds out.
        let mock = MockCluster::new(if wish == Wish::TwoNodes { 2 } else { 1 }).map_err(why)?;
        let bootstrap = mock.bootstrap_servers();
        Ok((Mock(mock), bootstrap))
    }
}

fn why(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Means for Mock {
    fn create_topic(&self, name: &str, partitions: i32, _compact: bool) -> Result<(), String> {
        self.0.create_topic(name, partitions, 1).map_err(why)
    }

    fn refuse_a_write(&self) -> Result<(), String> {
        let error = RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
        self.0.request_errors(RDKafkaApiKey::Produce, &[error]);
        Ok(())
    }

    fn lose_an_answer(&self) -> Result<(), String> {
        // Answers come later than clients of these questions wait.
        self.0.broker_round_trip_time(ALL, Duration::from_secs(4)).map_err(why)
    }

    fn heal(&self) -> Result<(), String> {
        self.0.broker_round_trip_time(ALL, Duration::ZERO).map_err(why)
    }

    fn move_leader(&self) -> Result<(), String> {
        // It does not tell who leads: the one of the two that does not.
        self.0.partition_leader("t", 0, Some(1)).map_err(why)?;
        self.0.partition_leader("t", 0, Some(2)).map_err(why)
    }

    fn go(&self) -> Result<(), String> {
        self.0.broker_down(ALL).map_err(why)
    }

    fn come_back(&self) -> Result<(), String> {
        self.0.broker_up(ALL).map_err(why)
    }

    fn start_anew(&mut self) -> Result<String, String> {
        Err("all is in memory".to_owned())
    }
}
