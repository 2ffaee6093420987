//! Starts a registry on loopback, prints its URL, and serves until its standard input ends.
//!
//! `cargo run -p topika-registry --example serve -- 127.0.0.1:8081`; without an address it takes any free port.
#![allow(clippy::print_stdout)] // An example talks to a person.

use std::io::{Read as _, Write as _};

use topika_registry::server::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let addr = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let server = Server::start(&addr).await?;
    println!("{}", server.url());
    std::io::stdout().flush()?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    server.shutdown().await;
    Ok(())
}
