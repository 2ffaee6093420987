//! From librdkafka's statistics to what is told of them.

use rdkafka::Statistics;
use rdkafka::statistics::Partition;

use crate::meter::{Told, ToldOfBroker};

/// Messages that the group has not done yet; `None` where it is not known yet. librdkafka counts from what is committed and knows nothing of a group that
/// has committed nothing: all that is there is before such a one. Nor does it know of its consumer what a transaction has committed: that is what
/// `confirmed` is for.
pub(super) fn lag_of(partition: &Partition, confirmed: Option<i64>) -> Option<i64> {
    if let Some(confirmed) = confirmed.filter(|confirmed| *confirmed > partition.committed_offset) {
        let end = match partition.consumer_lag {
            lag @ 0.. => partition.committed_offset.saturating_add(lag),
            _ => partition.ls_offset,
        };
        return (end >= 0).then(|| end.saturating_sub(confirmed).max(0));
    }
    if partition.consumer_lag >= 0 {
        return Some(partition.consumer_lag);
    }
    let nothing_committed = partition.committed_offset < 0 && partition.lo_offset >= 0 && partition.ls_offset >= 0;
    nothing_committed.then(|| partition.ls_offset.saturating_sub(partition.lo_offset).max(0))
}

pub(super) fn told(statistics: &Statistics) -> Told {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let brokers = statistics.brokers.values().filter(|broker| broker.nodeid >= 0).map(|broker| {
        let rtt = broker.rtt.as_ref().filter(|window| window.cnt > 0);
        let told = ToldOfBroker {
            up: broker.state == "UP",
            errors: broker.txerrs.saturating_add(broker.rxerrs),
            timeouts: broker.req_timeouts,
            rtt_micros: rtt.map(|window| window.avg),
        };
        (broker.nodeid, told)
    });
    Told {
        queue_messages: statistics.msg_cnt,
        queue_bytes: statistics.msg_size,
        requests: count(statistics.tx),
        sent_bytes: count(statistics.tx_bytes),
        responses: count(statistics.rx),
        received_bytes: count(statistics.rx_bytes),
        brokers: brokers.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_counts_from_the_beginning_where_nothing_is_committed() {
        let at = |consumer_lag, committed_offset, lo_offset, ls_offset| {
            lag_of(&Partition { consumer_lag, committed_offset, lo_offset, ls_offset, ..Partition::default() }, None)
        };
        assert_eq!(at(7, 3, 0, 10), Some(7));
        assert_eq!(at(-1, -1001, 4, 10), Some(6));
        assert_eq!(at(-1, -1001, -1001, 10), None, "the beginning is not known yet");
        assert_eq!(at(-1, 3, 0, -1001), None, "the end is not known yet");
    }

    #[test]
    fn what_a_transaction_has_committed_is_no_lag() {
        let at = |consumer_lag, committed_offset, ls_offset, confirmed| {
            let partition =
                Partition { consumer_lag, committed_offset, lo_offset: 0, ls_offset, ..Partition::default() };
            lag_of(&partition, Some(confirmed))
        };
        assert_eq!(at(7, 3, 10, 8), Some(2));
        assert_eq!(at(-1, -1001, 10, 8), Some(2), "the group has committed nothing but that");
        assert_eq!(at(-1, -1001, 6, 8), Some(0), "the end is older than the commit");
        assert_eq!(at(-1, -1001, -1001, 8), None, "the end is not known yet");
        assert_eq!(at(7, 3, 10, 3), Some(7));
    }

    #[test]
    fn brokers_are_told_by_their_numbers_and_seeds_are_not() {
        let broker = |nodeid, state: &str| rdkafka::statistics::Broker {
            nodeid,
            state: state.to_owned(),
            txerrs: 2,
            rxerrs: 3,
            ..Default::default()
        };
        let mut statistics = Statistics { msg_cnt: 5, tx: -1, ..Statistics::default() };
        statistics.brokers.insert("seed".to_owned(), broker(-1, "UP"));
        statistics.brokers.insert("one".to_owned(), broker(1, "UP"));
        statistics.brokers.insert("two".to_owned(), broker(2, "DOWN"));
        let told = told(&statistics);
        let brokers: Vec<_> = told.brokers.iter().map(|(number, b)| (*number, b.up, b.errors)).collect();
        assert_eq!((told.queue_messages, told.requests, brokers), (5, 0, vec![(1, true, 5), (2, false, 5)]));
    }
}
