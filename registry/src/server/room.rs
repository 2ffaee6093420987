//! The bodies that are read at the same time: how long each may take, and how much memory all of them.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::answer::Answer;
use super::limits::Limits;
use crate::api::ErrorCode;

/// Larger bodies are refused; the largest schema seen in the field has 2 MB.
pub(super) const MOST_BYTES: usize = 16 * 1024 * 1024;

/// A body up to this many bytes needs no room: the number of connections bounds these.
const SMALL: usize = 64 * 1024;

/// What room is counted in.
const UNIT: usize = 1024;

/// Where bodies are read.
#[derive(Clone, Debug)]
pub(super) struct Room {
    left: Arc<Semaphore>,
    patience: Duration,
    time: Duration,
}

/// A body, and the room that it takes as long as it is there.
pub(super) struct Whole {
    pub(super) bytes: Vec<u8>,
    _taken: Option<OwnedSemaphorePermit>,
}

impl Room {
    pub(super) fn new(limits: &Limits) -> Self {
        // The largest body has to fit.
        let bytes = limits.body_room.max(MOST_BYTES);
        let units = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self { left: Arc::new(Semaphore::new(units)), patience: limits.patience, time: limits.body_time }
    }

    /// Reads a body to its end.
    pub(super) async fn read(&self, body: Body) -> Result<Whole, Answer> {
        match timeout(self.time, self.whole(body)).await {
            Ok(read) => read,
            Err(_) => Err(slow()),
        }
    }

    async fn whole(&self, mut body: Body) -> Result<Whole, Answer> {
        let size = body.size_hint();
        if size.lower() > bytes(MOST_BYTES) {
            return Err(too_large());
        }
        let most = size.upper().and_then(|upper| usize::try_from(upper).ok()).unwrap_or(MOST_BYTES).min(MOST_BYTES);
        // Asked for before anything is read where the size is known: so nobody holds half of what he needs while he waits.
        let mut taken = if size.upper().is_some() { self.take(most).await? } else { None };
        let mut whole = Vec::new();
        while let Some(piece) = timeout(self.patience, next(&mut body)).await.map_err(|_| slow())? {
            let piece = piece?;
            let length = whole.len().saturating_add(piece.len());
            if length > MOST_BYTES {
                return Err(too_large());
            }
            if taken.is_none() && length > SMALL {
                taken = self.take(most).await?;
            }
            whole.extend_from_slice(&piece);
        }
        Ok(Whole { bytes: whole, _taken: taken })
    }

    async fn take(&self, size: usize) -> Result<Option<OwnedSemaphorePermit>, Answer> {
        if size <= SMALL {
            return Ok(None);
        }
        let units = u32::try_from(size.div_ceil(UNIT)).map_err(|_| too_large())?;
        match timeout(self.patience, Arc::clone(&self.left).acquire_many_owned(units)).await {
            Ok(Ok(taken)) => Ok(Some(taken)),
            Ok(Err(_)) | Err(_) => Err(Answer::error(
                ErrorCode::Other(503),
                "too many large bodies are being read at once; send the request again later",
            )),
        }
    }
}

/// The next piece of a body.
async fn next(body: &mut Body) -> Option<Result<Bytes, Answer>> {
    loop {
        let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
        match frame.map(|frame| frame.into_data().ok()) {
            Ok(Some(data)) => return Some(Ok(data)),
            // Trailers say nothing here.
            Ok(None) => {}
            Err(error) => {
                let message = format!("the body cannot be read: {error}");
                return Some(Err(Answer::error(ErrorCode::BadRequest, message)));
            }
        }
    }
}

fn bytes(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

fn too_large() -> Answer {
    Answer::error(ErrorCode::SchemaTooLarge, "Register operation failed because schema is too large")
}

fn slow() -> Answer {
    Answer::error(ErrorCode::Other(408), "the body did not arrive in time; send the whole request again")
}

#[cfg(test)]
mod tests {
    use std::io;

    use axum::response::IntoResponse as _;
    use futures_util::stream;
    use tokio::time::sleep;

    use super::*;

    /// The status of a refusal, or how much was read.
    async fn read(room: &Room, body: impl Into<Body>) -> Result<usize, u16> {
        let read = room.read(body.into()).await;
        read.map(|whole| whole.bytes.len()).map_err(|answer| answer.into_response().status().as_u16())
    }

    /// A body of which nobody knows how long it will be.
    fn pieces(pieces: usize) -> Body {
        let pieces = std::iter::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(&[b' '; SMALL]))).take(pieces);
        Body::from_stream(stream::iter(pieces))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_or_trickles_is_given_up() {
        let room = Room::new(&Limits::default());
        let stops = Body::from_stream(stream::pending::<io::Result<Bytes>>());
        assert_eq!(read(&room, stops).await, Err(408));
        let trickles = stream::unfold((), |()| async {
            sleep(Duration::from_secs(20)).await;
            Some((Ok::<_, io::Error>(Bytes::from_static(b" ")), ()))
        });
        assert_eq!(read(&room, Body::from_stream(trickles)).await, Err(408));
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_until_there_is_room_and_small_ones_do_not() {
        let room = Room::new(&Limits { body_room: 0, ..Limits::default() });
        let all = room.take(MOST_BYTES).await.unwrap_or_else(|_| panic!("it has room for one"));
        assert_eq!(read(&room, vec![b' '; SMALL]).await, Ok(SMALL));
        assert_eq!(read(&room, pieces(1)).await, Ok(SMALL));
        assert_eq!(read(&room, vec![b' '; SMALL + 1]).await, Err(503));
        assert_eq!(read(&room, pieces(2)).await, Err(503));
        drop(all);
        assert_eq!(read(&room, vec![b' '; SMALL + 1]).await, Ok(SMALL + 1));
        assert_eq!(read(&room, pieces(2)).await, Ok(2 * SMALL));
    }

    #[tokio::test]
    async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
        let room = Room::new(&Limits::default());
        assert_eq!(read(&room, vec![b' '; MOST_BYTES]).await, Ok(MOST_BYTES));
        assert_eq!(read(&room, vec![b' '; MOST_BYTES + 1]).await, Err(422));
        assert_eq!(read(&room, pieces(MOST_BYTES / SMALL + 1)).await, Err(422));
    }
}
