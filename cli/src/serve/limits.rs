use std::time::Duration;

use topika_registry::server::{Server, ServerBuilder};

use crate::args::LimitArgs;

const MIB: usize = 1024 * 1024;

/// A server that gives clients no more than that.
pub(crate) fn limited(args: &LimitArgs) -> ServerBuilder {
    // What no number can say is no bound.
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Server::builder()
        .connections(size(args.max_connections))
        .idle_time(Duration::from_secs(args.idle_timeout))
        .patience(Duration::from_secs(args.stall_timeout))
        .body_time(Duration::from_secs(args.body_timeout))
        .body_room(size(args.body_memory).saturating_mul(MIB))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        limits: LimitArgs,
    }

    fn builder(line: &str) -> Option<ServerBuilder> {
        let line = std::iter::once("serve").chain(line.split_whitespace());
        Line::try_parse_from(line).ok().map(|line| limited(&line.limits))
    }

    #[test]
    fn without_a_word_the_limits_are_those_of_the_library() {
        assert_eq!(format!("{:?}", builder("").unwrap()), format!("{:?}", Server::builder()));
    }

    #[test]
    fn every_limit_that_is_said_is_set_and_none_is_nothing() {
        let line = "--max-connections 1 --idle-timeout 2 --stall-timeout 3 --body-timeout 4 --body-memory 16";
        let seconds = Duration::from_secs;
        let set = Server::builder().connections(1).idle_time(seconds(2)).patience(seconds(3)).body_time(seconds(4));
        assert_eq!(format!("{:?}", builder(line).unwrap()), format!("{:?}", set.body_room(16 * MIB)));
        for word in line.split_whitespace().filter(|word| word.starts_with("--")) {
            assert!(builder(&format!("{word} 0")).is_none(), "{word}");
        }
        assert!(builder("--body-memory 15").is_none(), "the largest body would never fit");
    }
}
