use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

use topika_testkit::Broker;
use topika_testkit::broker::{Builder, Sasl, Tls};

use crate::args::{BoundArgs, BrokerArgs};
use crate::exit::Exit;
use crate::listening::{open_to_others, stopped};
use crate::printer::Printer;
use crate::problem::Problem;

const MIB: u32 = 1024 * 1024;

/// `cargo topika broker`
pub(super) fn run(args: &BrokerArgs, printer: &mut Printer) -> Exit {
    // The broker has a thread of its own; this one waits.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| Problem::new(format!("signals cannot be waited for: {error}"), "see what the system says"));
    match runtime.and_then(|runtime| runtime.block_on(serve(args, printer))) {
        Ok(()) => Exit::Clean,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            Exit::Failed
        }
    }
}

async fn serve(args: &BrokerArgs, printer: &mut Printer) -> Result<(), Problem> {
    // Asked for once: a name may be that of another address the next time.
    let listen = address(&args.listen)?;
    let is_open = !listen.ip().is_loopback() || open_to_others(&args.listen);
    if args.users.is_none() && !args.allow_anonymous && is_open {
        return Err(Problem::new(
            format!("{} can be reached from other machines, and nobody would have to say who they are", args.listen),
            "name users with --users FILE, listen on 127.0.0.1, or say --allow-anonymous",
        ));
    }
    let mut builder =
        bounded(&args.bounds).listen(listen).nodes(args.nodes).beyond_loopback(args.allow_anonymous).sync(args.sync);
    if let Some(host) = &args.advertise {
        builder = builder.advertise(host);
    }
    if let Some(dir) = &args.data {
        builder = builder.data(dir);
    }
    if let Some(partitions) = args.auto_create {
        builder = builder.auto_create_topics(partitions);
    }
    if let Some(path) = &args.users {
        builder = builder.sasl(users(&read(path)?).map_err(|reason| {
            Problem::new(format!("{}: {reason}", path.display()), "write a line of `name:password` for each user")
        })?);
    }
    if let (Some(certificate), Some(key)) = (&args.certificate, &args.key) {
        let tls = Tls::pem(&read(certificate)?, &read(key)?);
        builder = builder.tls(tls.map_err(|error| Problem::new(error.to_string(), "see --certificate and --key"))?);
    }
    let stopped = stopped()?;
    let broker = builder
        .start()
        .map_err(|error| Problem::new(error.to_string(), "see --listen and --data in `cargo topika broker --help`"))?;
    let there = broker.topics();
    for topic in args.topics.iter().filter(|topic| !there.contains(&topic.name)) {
        broker.create_topic(&topic.name, topic.partitions, &[]).map_err(|error| {
            Problem::new(error.to_string(), "name it with --topic NAME:PARTITIONS, or raise --max-partitions")
        })?;
    }
    let place = args.data.as_ref().map_or_else(|| "in memory".to_owned(), |dir| format!("from {}", dir.display()));
    printer.out(format_args!("Serving {} ({place}); Ctrl-C stops it", broker.bootstrap()));
    tokio::select! {
        () = stopped => {}
        () = broker.broken() => {
            return Err(Problem::new(
                "the broker has stopped: its data directory cannot be written",
                "nothing that was acknowledged is lost; start it again once there is room",
            ));
        }
    }
    broker.stop();
    printer.err("Stopped");
    Ok(())
}

fn read(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|error| {
        Problem::new(format!("{} cannot be read: {error}", path.display()), "name a file that is there, and is text")
    })
}

/// Who may use it. Neither names nor passwords are ever shown.
fn users(text: &str) -> Result<Sasl, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.into_iter().try_fold(Sasl::new(), |users, (at, line)| match line.split_once(':') {
        Some((name, password)) if !name.is_empty() && !password.is_empty() => Ok(users.user(name, password)),
        _ => Err(format!("line {} is no user with a password", at + 1)),
    })
}

fn address(listen: &str) -> Result<SocketAddr, Problem> {
    let problem = |reason: String| {
        Problem::new(
            format!("{listen} is no address to listen on: {reason}"),
            "say host and port, as in --listen 127.0.0.1:9092",
        )
    };
    let mut found = listen.to_socket_addrs().map_err(|error| problem(error.to_string()))?;
    found.next().ok_or_else(|| problem("nobody knows the host".to_owned()))
}

/// A broker that gives clients no more than that.
fn bounded(args: &BoundArgs) -> Builder {
    // What no number can say is no bound.
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let mib = |number: u32| size(number).saturating_mul(size(MIB));
    Broker::builder()
        .max_bytes(u64::from(args.max_data) * u64::from(MIB))
        .max_request_bytes(mib(args.max_request))
        .max_queued_bytes(mib(args.max_queued))
        .max_connections(size(args.max_connections))
        .idle_time(Duration::from_secs(args.idle_timeout))
        .max_partitions(size(args.max_partitions))
        .max_groups(size(args.max_groups))
        .max_group_size(size(args.max_group_size))
        .max_group_bytes(mib(args.max_group_data))
        .max_producers(size(args.max_producers))
        .max_transactional_ids(size(args.max_transactional_ids))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        bounds: BoundArgs,
    }

    fn builder(line: &str) -> Option<String> {
        let line = std::iter::once("broker").chain(line.split_whitespace());
        Line::try_parse_from(line).ok().map(|line| format!("{:?}", bounded(&line.bounds)))
    }

    #[test]
    fn users_are_lines_and_are_not_shown() {
        let users = |text| users(text).map(|users| format!("{users:?}"));
        assert!(users("# ours\n\nann:hush\nbob:a:b\n").unwrap().contains("users: 2"));
        for (wrong, line) in [("ann", 1), (":hush", 1), ("ann:hush\nbob:", 2)] {
            assert_eq!(users(wrong), Err(format!("line {line} is no user with a password")));
        }
    }

    #[test]
    fn without_a_word_the_bounds_are_those_of_the_library() {
        assert_eq!(builder(""), Some(format!("{:?}", Broker::builder())));
    }

    #[test]
    fn every_bound_that_is_said_is_set_and_none_is_nothing() {
        let line = "--max-data 1 --max-request 2 --max-partitions 3 --max-groups 4 --max-queued 5 --max-connections 6 \
                    --idle-timeout 7 --max-group-size 8 --max-group-data 9 --max-producers 10 --max-transactional-ids 11";
        let set = Broker::builder()
            .max_bytes(1 << 20)
            .max_request_bytes(2 << 20)
            .max_partitions(3)
            .max_groups(4)
            .max_queued_bytes(5 << 20)
            .max_connections(6)
            .idle_time(Duration::from_secs(7))
            .max_group_size(8)
            .max_group_bytes(9 << 20)
            .max_producers(10)
            .max_transactional_ids(11);
        assert_eq!(builder(line), Some(format!("{set:?}")));
        for word in line.split_whitespace().filter(|word| word.starts_with("--")) {
            assert_eq!(builder(&format!("{word} 0")), None, "{word}");
        }
    }
}
