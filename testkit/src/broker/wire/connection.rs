use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;

use super::room::{Claim, Room};

const CHUNK: usize = 64 * 1024;

/// So much room is asked for at a time.
const CLAIM: u32 = 64 * 1024;

/// What goes over: bytes as they are, or encrypted.
pub(crate) trait Stream: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin> Stream for S {}

/// A client's connection: length-framed requests in, answers out in the same order.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    /// A chunk is always free to come, so that a small request waits for nobody. What is beyond has been claimed.
    inbox: BytesMut,
    claim: Claim,
    closed: bool,
    max_request: usize,
}

impl Connection {
    pub(crate) fn new(stream: Box<dyn Stream>, max_request: usize, room: Arc<Room>) -> Connection {
        Connection { stream, inbox: BytesMut::new(), claim: Claim::none(room), closed: false, max_request }
    }

    /// From now on a request has no more bytes.
    pub(crate) fn limit(&mut self, max_request: usize) {
        self.max_request = max_request;
    }

    /// The next request without its length; `None` when the client has closed. It is an error when the client takes longer than its time, to which
    /// waiting for room does not count. What the request takes of the room is its own until [`release`](Self::release). May be cancelled at any point.
    pub(crate) async fn request(&mut self, time: Option<Duration>) -> io::Result<Option<Bytes>> {
        let mut time = time;
        loop {
            if let Some(length) = self.inbox.first_chunk::<4>().copied() {
                let length = usize::try_from(i32::from_be_bytes(length)).ok().filter(|l| *l <= self.max_request);
                let length = length.ok_or_else(|| {
                    io::Error::new(io::ErrorKind::InvalidData, "the length of a request is negative or over the limit")
                })?;
                if self.inbox.len() >= length + 4 {
                    self.inbox.advance(4);
                    return Ok(Some(self.inbox.split_to(length).freeze()));
                }
            }
            let allowed = self.allowed().await;
            let began = Instant::now();
            let more = match time {
                Some(time) => tokio::time::timeout(time, self.read(allowed)).await,
                None => Ok(self.read(allowed).await),
            };
            let late = || io::Error::new(io::ErrorKind::TimedOut, "no request has come for a long time");
            if !more.map_err(|_elapsed| late())?? {
                return Ok(None);
            }
            time = time.map(|time| time.saturating_sub(began.elapsed()));
        }
    }

    /// The last request has been dealt with: what it had of the room is free for others.
    pub(crate) fn release(&mut self) {
        self.claim.release();
    }

    /// Returns when the client has sent something more, or has gone, or when others wait for the room that its request has: an answer that waits
    /// for news then waits no longer, so that nobody waits behind it. May be cancelled at any point.
    pub(crate) async fn interrupted(&mut self) {
        if self.inbox.is_empty() && !self.closed {
            let read = read(&mut *self.stream, &mut self.inbox, CHUNK);
            tokio::select! {
                // An error shows again at the next read.
                more = read => self.closed = !matches!(more, Ok(1..)),
                () = self.claim.wanted() => {}
            }
        }
    }

    /// Whether more has come than was taken.
    pub(crate) fn has_input(&self) -> bool {
        !self.inbox.is_empty()
    }

    /// Whether the client has closed its side.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// It is an error when the client takes longer than that to take it.
    pub(crate) async fn answer(&mut self, frame: &[u8], time: Duration) -> io::Result<()> {
        let written = tokio::time::timeout(time, async {
            self.stream.write_all(frame).await?;
            self.stream.flush().await
        });
        written.await.map_err(|_elapsed| io::Error::new(io::ErrorKind::TimedOut, "an answer is not taken"))?
    }

    /// How much may be read now; waits until that is something.
    async fn allowed(&mut self) -> usize {
        loop {
            let Some(claimed) = self.claim.bytes() else { return CHUNK };
            match claimed.saturating_add(CHUNK).saturating_sub(self.inbox.len()) {
                0 => self.claim.more(CLAIM).await,
                allowed => return allowed.min(CHUNK),
            }
        }
    }

    async fn read(&mut self, most: usize) -> io::Result<bool> {
        if self.closed {
            return Ok(false);
        }
        let read = read(&mut *self.stream, &mut self.inbox, most).await;
        self.closed = !matches!(read, Ok(1..));
        read.map(|bytes| bytes > 0)
    }
}

/// The inbox grows with what has come, never with what a length promises.
async fn read(stream: &mut dyn Stream, inbox: &mut BytesMut, most: usize) -> io::Result<usize> {
    inbox.reserve(most);
    stream.read_buf(&mut inbox.limit(most)).await
}

#[cfg(test)]
mod tests {
    use tokio::io::DuplexStream;

    use super::*;

    const PATIENCE: Option<Duration> = Some(Duration::from_secs(600));

    fn connected(room: &Arc<Room>, buffer: usize) -> (DuplexStream, Connection) {
        let (client, served) = tokio::io::duplex(buffer);
        (client, Connection::new(Box::new(served), 100 << 20, Arc::clone(room)))
    }

    /// Sends so much of a request of so many bytes.
    async fn send(client: &mut DuplexStream, length: usize, sent: usize) {
        client.write_all(&u32::try_from(length).unwrap().to_be_bytes()).await.unwrap();
        client.write_all(&vec![7; sent]).await.unwrap();
    }

    /// Whether it is still being read when nothing else can happen any more.
    async fn waits(connection: &mut Connection) -> bool {
        tokio::time::timeout(Duration::from_secs(60), connection.request(None)).await.is_err()
    }

    async fn takes(connection: &mut Connection, length: usize) {
        assert_eq!(connection.request(PATIENCE).await.unwrap().map(|request| request.len()), Some(length));
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_no_room_is_left_with_who_sends_it_until_there_is_room() {
        let room = Room::new(1 << 20);
        let ((mut one, mut first), (mut two, mut second), (mut three, mut third)) =
            (connected(&room, 8 << 20), connected(&room, 8 << 20), connected(&room, 8 << 20));
        // The first one takes all there is, and is the one that goes over it.
        send(&mut one, 4 << 20, 2 << 20).await;
        assert!(waits(&mut first).await && first.inbox.len() > 2 << 20);
        send(&mut two, 4 << 20, 4 << 20).await;
        assert!(waits(&mut second).await);
        assert_eq!(second.inbox.len(), CHUNK, "the rest is not taken");
        // A small one waits for nobody.
        send(&mut three, CHUNK - 4, CHUNK - 4).await;
        takes(&mut third, CHUNK - 4).await;
        one.write_all(&vec![7; 2 << 20]).await.unwrap();
        takes(&mut first, 4 << 20).await;
        assert!(waits(&mut second).await, "as long as the first one is dealt with");
        first.release();
        takes(&mut second, 4 << 20).await;
    }

    #[tokio::test(start_paused = true)]
    async fn many_halves_are_read_to_their_ends_one_after_the_other() {
        let room = Room::new(1 << 20);
        let mut all = Vec::new();
        for _ in 0..20 {
            let (mut client, mut connection) = connected(&room, 8 << 20);
            send(&mut client, 1 << 20, 512 << 10).await;
            assert!(waits(&mut connection).await);
            all.push((client, connection));
        }
        let held: usize = all.iter().map(|(_, connection)| connection.inbox.len()).sum();
        assert!(held <= (1 << 20) + (512 << 10) + 20 * CHUNK, "{held}");
        for (client, _) in &mut all {
            client.write_all(&vec![7; 512 << 10]).await.unwrap();
        }
        let mut left: Vec<_> = all
            .into_iter()
            .map(|(client, mut connection)| {
                tokio::spawn(async move {
                    takes(&mut connection, 1 << 20).await;
                    connection.release();
                    drop(client);
                })
            })
            .collect();
        while let Some(one) = left.pop() {
            one.await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_a_client_runs_while_it_is_read_and_not_while_it_waits_for_room() {
        let room = Room::new(0);
        let ((mut one, mut first), (mut two, mut second)) = (connected(&room, 8 << 20), connected(&room, 8 << 20));
        send(&mut one, 4 << 20, 1 << 20).await;
        send(&mut two, 1 << 20, 1 << 20).await;
        assert!(waits(&mut first).await);
        let began = Instant::now();
        let waiting = tokio::spawn(async move {
            takes(&mut second, 1 << 20).await;
            Instant::now()
        });
        // Who does not go on is given up, and so makes room.
        let error = first.request(PATIENCE).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        tokio::time::sleep(Duration::from_secs(3600)).await;
        drop(first);
        assert!(waiting.await.unwrap() >= began + Duration::from_secs(4200));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_takes_is_given_up() {
        let (mut client, mut served) = connected(&Room::new(0), 1 << 10);
        served.answer(&[7; 1 << 10], Duration::from_secs(600)).await.unwrap();
        let error = served.answer(&[7; 1], Duration::from_secs(600)).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        client.read_exact(&mut [0; 1 << 10]).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_waits_for_news_ends_when_its_room_is_wanted() {
        let room = Room::new(1 << 20);
        let ((mut one, mut first), (mut two, mut second)) = (connected(&room, 8 << 20), connected(&room, 8 << 20));
        send(&mut one, 2 << 20, 2 << 20).await;
        takes(&mut first, 2 << 20).await;
        let quiet = tokio::time::timeout(Duration::from_secs(60), first.interrupted()).await;
        assert!(quiet.is_err(), "nobody wants it");
        let waiting = tokio::spawn(async move {
            send(&mut two, 1 << 20, 1 << 20).await;
            takes(&mut second, 1 << 20).await;
        });
        first.interrupted().await;
        first.release();
        waiting.await.unwrap();
        assert!(tokio::time::timeout(Duration::from_secs(60), first.interrupted()).await.is_err(), "it has none");
    }
}
