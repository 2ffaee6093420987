use std::io;

/// There is none without the feature `tls`.
#[derive(Clone, Debug)]
pub(crate) enum Tls {}

impl Tls {
    pub(crate) async fn accept<S>(&self, _stream: S) -> io::Result<S> {
        match *self {}
    }
}
