//! The food-order application, whole: old checkouts on Kafka, shops on HTTP, and a database whose sums are the shops' own, while all that takes part is killed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use food_orders::checkout::{Checkout, Said, as_version_1};
use food_orders::events::orders::{OrderCancelled, OrderPlaced, v1};
use food_orders::events::topics::FoodOrders;
use food_orders::orders::{self, Keeper, Orders as _};
use food_orders::service::{Line, Order, Service};
use rdkafka::config::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};
use reqwest::StatusCode;
use serde_json::Value;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use topika::dead_letters::{DeadLetters, Filter};
use topika::types::TimestampMicros;
use topika::{Client, Event as _, Pending, Producer, Provision, Topic as _};

use crate::cluster::Cluster;
use crate::history::{Worker, rounds};
use crate::postgres::PostgreSql;
use crate::support::ports::free_port;

/// Where a worker is told what to do; without it there is none.
const WORKER: &str = "TOPIKA_ORDERS_WORKER";
const DATABASE: &str = "food";
/// Kills of each: the long form is with 50.
const ROUNDS: usize = 2;
const CUSTOMERS: u32 = 200;
const SHOPS: usize = 8;
/// A database that was killed takes a while to be back.
const LONG: Duration = Duration::from_secs(120);

/// The processes that are killed: this test binary, told so by its environment.
#[tokio::test]
async fn a_worker() {
    let Ok(told) = std::env::var(WORKER) else { return };
    let [role, bootstrap, registry, prefix, database, port] = told.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{told}")
    };
    let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(database.parse().unwrap());
    let options = options.username("postgres").database(DATABASE);
    let pools = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(2));
    let pool = pools.connect_lazy_with(options);
    let kafka = client(bootstrap, registry, prefix);
    let keeper = || orders::app(&format!("{prefix}orders"), Keeper::new(&pool)).instance(role);
    if role == "keeper" {
        return keeper().run(kafka).await.unwrap();
    }
    let address = SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()));
    // The database may be away while it starts: what runs services starts them again.
    let _service = loop {
        let listener = TcpListener::bind(address).await.unwrap();
        match Service::start(&kafka, pool.clone(), keeper(), listener, |_, _| Router::new()).await {
            Ok(service) => break service,
            Err(error) => println!("the service does not start: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    std::future::pending::<()>().await;
}

fn client(bootstrap: &str, registry: &str, prefix: &str) -> Client {
    let client = Client::builder().bootstrap(bootstrap).registry(registry).topic_prefix(prefix);
    client.auto_register(true).provision(Provision::Create).build().unwrap()
}

/// A shop, which sends what it has to say until the service has taken it.
async fn shop(service: String, mut says: mpsc::Receiver<Said>) {
    let http = reqwest::Client::new();
    while let Some(said) = says.recv().await {
        let start = Instant::now();
        let request = match &said {
            Said::Placed(order) => http.put(format!("{service}/orders/{}", order.order_id)).json(&wanted(order)),
            Said::Cancelled(order) => http.delete(format!("{service}/orders/{}", order.order_id)),
        };
        loop {
            match request.try_clone().unwrap().send().await.map(|answer| answer.status()) {
                Ok(StatusCode::ACCEPTED | StatusCode::OK) => break,
                Ok(StatusCode::SERVICE_UNAVAILABLE) | Err(_) => {
                    assert!(start.elapsed() < LONG, "{said:?} is not taken")
                }
                Ok(refused) => panic!("{refused}: {said:?}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn wanted(order: &OrderPlaced) -> Order {
    let lines = order.items.iter().map(|item| Line {
        item_id: item.item_id.clone(),
        name: item.name.clone(),
        quantity: item.quantity,
        price: item.price.to_string(),
    });
    Order {
        customer_id: order.customer_id.clone(),
        customer_name: order.customer_name.clone(),
        customer_email: order.customer_email.clone(),
        items: lines.collect(),
        note: order.note.clone(),
    }
}

/// What was said, to compare the database with.
#[derive(Default)]
struct Book {
    placed: i64,
    cancelled: i64,
    sums: BTreeMap<String, i128>,
}

impl Book {
    fn note(&mut self, said: &Said) {
        match said {
            Said::Placed(order) => {
                self.placed += 1;
                *self.sums.entry(order.customer_id.clone()).or_default() += order.total_amount.unscaled();
            }
            Said::Cancelled(_) => self.cancelled += 1,
        }
    }
}

/// The old checkout, which says version 1 on Kafka itself.
struct OldCheckout {
    producer: Producer<FoodOrders>,
    pending: VecDeque<Pending>,
}

impl OldCheckout {
    async fn say(&mut self, said: &Said) {
        let pending = match said {
            Said::Placed(order) => self.producer.enqueue(&as_version_1(order)).await,
            Said::Cancelled(order) => self.producer.enqueue(order).await,
        };
        self.pending.push_back(pending.unwrap());
        while self.pending.len() > 200 {
            self.pending.pop_front().unwrap().await.unwrap();
        }
    }

    async fn end(self) {
        for pending in self.pending {
            pending.await.unwrap();
        }
        self.producer.close(LONG).await.unwrap();
    }
}

fn customer(said: &Said) -> &str {
    match said {
        Said::Placed(order) => &order.customer_id,
        Said::Cancelled(order) => &order.customer_id,
    }
}

/// What nobody can read, what no handler can take, and what no database can.
async fn poison(cluster: &Cluster, prefix: &str, old: &OldCheckout, order: OrderPlaced) {
    let foreign: FutureProducer = ClientConfig::new().set("bootstrap.servers", cluster.bootstrap()).create().unwrap();
    let topic = format!("{prefix}{}", FoodOrders::TOPIC.name);
    let record = FutureRecord::to(&topic).key("CUST-00000").payload(b"\xff\xfenot an event".as_slice());
    foreign.send(record, LONG).await.unwrap();
    let never =
        OrderPlaced { order_id: "ORD-NEVER".into(), created_at: TimestampMicros::new(i64::MAX), ..order.clone() };
    let mut nul = OrderPlaced { order_id: "ORD-NUL".into(), ..order.clone() };
    nul.items[0].name.push('\0');
    let wrong = OrderPlaced { order_id: "ORD-WRONG".into(), total_amount: "0.01".parse().unwrap(), ..order };
    for order in [never, nul, wrong] {
        old.producer.send(&as_version_1(&order)).await.unwrap();
    }
}

/// The service in this process: it answers from the read model, and ends with all that it started.
async fn answers(kafka: &Client, pool: &PgPool, prefix: &str, order: &OrderPlaced) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // A group of its own, which reads all from the beginning and finds it done: members that were killed hold their partitions for a while yet.
    let keeper = orders::app(&format!("{prefix}after"), Keeper::new(pool));
    let service = Service::start(kafka, pool.clone(), keeper, listener, |_, _| Router::new()).await.unwrap();
    let (http, at) = (reqwest::Client::new(), format!("http://{}", service.address()));
    let get = async |path: String| http.get(format!("{at}{path}")).send().await.unwrap();
    let found: Value = get(format!("/orders/{}", order.order_id)).await.json().await.unwrap();
    assert_eq!(found["total_amount"], order.total_amount.to_string());
    assert_eq!(found["items"].as_array().unwrap().len(), order.items.len());
    assert_eq!(get("/orders/ORD-NUL".to_owned()).await.status(), StatusCode::NOT_FOUND);
    let of: Vec<Value> = get(format!("/customers/{}/orders?most=3", order.customer_id)).await.json().await.unwrap();
    assert!((1..=3).contains(&of.len()) && of.iter().all(|row| row["customer_id"] == order.customer_id), "{of:?}");
    assert!(of.is_sorted_by(|one, next| one["created_at"].as_str() >= next["created_at"].as_str()), "{of:?}");

    let put = async |order: &Order, status| {
        let answer = http.put(format!("{at}/orders/ORD-HERE")).json(order).send().await.unwrap();
        assert_eq!(answer.status(), status, "{}", answer.text().await.unwrap());
    };
    let mut here = wanted(order);
    here.customer_id = "CUST-HERE".to_owned();
    put(&here, StatusCode::ACCEPTED).await;
    put(&here, StatusCode::OK).await;
    let mut other = here.clone();
    other.items[0].name = "Something else".to_owned();
    put(&other, StatusCode::CONFLICT).await;
    other.items[0].name.push('\0');
    put(&other, StatusCode::UNPROCESSABLE_ENTITY).await;
    let start = Instant::now();
    while get("/orders/ORD-HERE".to_owned()).await.status() != StatusCode::OK {
        assert!(start.elapsed() < LONG);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    service.shutdown().await.unwrap();
}

async fn count(pool: &PgPool, query: &'static str) -> i64 {
    // The pool has connections of the server that was killed, and the tables come with the service.
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap_or(-1)
}

pub(crate) async fn the_database_s_sums_are_the_producer_s_through_kills_poison_and_a_change_of_the_schema(
    cluster: &Cluster,
) {
    let test = "the_database_s_sums_are_the_producer_s";
    let Some(mut server) = PostgreSql::start(test).await else { return };
    // The registry alone of this kit is used; its broker stays idle.
    let kit = topika_testkit::start().await;
    let pool = server.database(DATABASE).await;
    sqlx::Postgres::prepare(&pool).await.unwrap();
    let (registry, prefix, port) = (kit.registry_url(), cluster.name(""), free_port());
    let kafka = client(cluster.bootstrap(), registry, &prefix);
    let told = |role| format!("{role} {} {registry} {prefix} {} {port}", cluster.bootstrap(), server.port());
    let start = |role| Worker::start("order_service::a_worker", WORKER, told(role));
    let rounds = rounds(ROUNDS);
    // Some of what is said are cancellations.
    let orders = if rounds > ROUNDS { 106_000 } else { 1_200 };
    let (step, began) = (orders / 2 / (rounds + 1), Instant::now());

    let mut checkout = Checkout::seeded(7, CUSTOMERS);
    let mut book = Book::default();
    let producer = kafka.producer_of(&[v1::OrderPlaced::DESCRIPTOR, OrderCancelled::DESCRIPTOR]).await.unwrap();
    let mut old = OldCheckout { producer, pending: VecDeque::new() };
    let mut keeper = start("keeper");
    // The first release: version 1 alone, on Kafka.
    for n in 0..orders / 2 {
        let said = checkout.next_event();
        book.note(&said);
        old.say(&said).await;
        if n % step == step - 1 {
            keeper.kill();
        }
    }
    let example = checkout.next_order();
    let first = Said::Placed(example.clone());
    book.note(&first);
    old.say(&first).await;
    poison(cluster, &prefix, &old, checkout.next_order()).await;

    // The second one: the service registers version 2, and half of the customers order there. Each stays where it is, since two ways promise no order between them.
    let mut service = start("service");
    let (mut shops, mut doors) = (JoinSet::new(), Vec::new());
    for _ in 0..SHOPS {
        let (door, says) = mpsc::channel(50);
        shops.spawn(shop(format!("http://127.0.0.1:{port}"), says));
        doors.push(door);
    }
    // What is cancelled next is not what the first release took.
    let mut said = Said::Placed(checkout.next_order());
    for n in orders / 2..orders {
        book.note(&said);
        let number: usize = customer(&said).trim_start_matches("CUST-").parse().unwrap();
        if number.is_multiple_of(2) {
            old.say(&said).await;
        } else {
            doors[number / 2 % SHOPS].send(said).await.unwrap();
        }
        match n % step {
            0 => service.kill(),
            at if at == step / 3 => keeper.kill(),
            at if at == step / 3 * 2 => server.kill_and_restart().await,
            _ => {}
        }
        said = checkout.next_event();
    }
    drop(doors);
    while let Some(ended) = shops.join_next().await {
        ended.unwrap();
    }
    old.end().await;

    let (mut moved, mut last) = (Instant::now(), -1);
    const CANCELLED: &str = "SELECT count(*) FROM orders WHERE status = 'CANCELLED'";
    while (count(&pool, "SELECT count(*) FROM orders").await, count(&pool, CANCELLED).await)
        != (book.placed, book.cancelled)
    {
        let now = count(&pool, "SELECT count(*) FROM orders").await;
        if now != last {
            (moved, last) = (Instant::now(), now);
        }
        assert!(
            moved.elapsed() < LONG,
            "{now} of {} orders, {} cancelled of {}",
            book.placed,
            count(&pool, CANCELLED).await,
            book.cancelled
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What comes twice would come now.
    tokio::time::sleep(Duration::from_secs(1)).await;
    service.kill_for_good();
    keeper.kill_for_good();
    let sums = sqlx::Postgres::sums(&pool).await.unwrap();
    assert_eq!(count(&pool, "SELECT count(*) FROM orders").await, book.placed);
    assert!(sums == book.sums, "the sums of some customers differ");
    // A keeper that is killed behind a letter and before its commit writes it again, as everything that is at least once.
    let mut letters = DeadLetters::of::<FoodOrders>(&kafka).read(Filter::all()).await.unwrap();
    let mut given_up = BTreeSet::new();
    while let Some(letter) = letters.next().await {
        let letter = letter.unwrap();
        given_up.insert((letter.reason.unwrap(), letter.original_partition, letter.original_offset));
    }
    let reasons: Vec<_> = given_up.iter().map(|(reason, ..)| reason.as_str()).collect();
    assert_eq!(reasons, ["not-framed", "refused", "refused", "total-differs"]);
    answers(&kafka, &pool, &prefix, &example).await;
    println!(
        "{rounds} rounds of kills: {} orders and {} cancellations in {:?}, sums of {} customers equal",
        book.placed,
        book.cancelled,
        began.elapsed(),
        sums.len()
    );
}
