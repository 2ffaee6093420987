use std::fmt;
use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const CHUNK: usize = 64 * 1024;

/// What goes over: bytes as they are, or encrypted.
pub(crate) trait Stream: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin> Stream for S {}

/// A client's connection: length-framed requests in, answers out in the same order.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    inbox: BytesMut,
    closed: bool,
    max_request: usize,
}

impl Connection {
    pub(crate) fn new(stream: Box<dyn Stream>, max_request: usize) -> Connection {
        Connection { stream, inbox: BytesMut::new(), closed: false, max_request }
    }

    /// From now on a request has no more bytes.
    pub(crate) fn limit(&mut self, max_request: usize) {
        self.max_request = max_request;
    }

    /// The next request without its length; `None` when the client has closed.
    pub(crate) async fn request(&mut self) -> io::Result<Option<Bytes>> {
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
            if !self.read().await? {
                return Ok(None);
            }
        }
    }

    /// Returns when the client has sent something more, or has gone: an answer that waits for news then waits no longer, so that
    /// nobody waits behind it. May be cancelled at any point.
    pub(crate) async fn interrupted(&mut self) {
        if self.inbox.is_empty() && !self.closed {
            // An error shows again at the next read.
            let _told_later = self.read().await;
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

    pub(crate) async fn answer(&mut self, frame: &[u8]) -> io::Result<()> {
        self.stream.write_all(frame).await?;
        self.stream.flush().await
    }

    /// Grows with what has come, never with what a length promises.
    async fn read(&mut self) -> io::Result<bool> {
        if self.closed {
            return Ok(false);
        }
        self.inbox.reserve(CHUNK);
        let read = self.stream.read_buf(&mut self.inbox).await;
        self.closed = !matches!(read, Ok(1..));
        read.map(|bytes| bytes > 0)
    }
}
