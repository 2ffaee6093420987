//! A client that speaks single requests.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kafka_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse, RequestHeader, ResponseHeader};
use kafka_protocol::protocol::{Decodable, Encodable, HeaderVersion, Request, StrBytes};
use topika_testkit::Broker;

pub(crate) trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

pub(crate) struct Wire {
    stream: Box<dyn Stream>,
    served: BTreeMap<i16, (i16, i16)>,
    next_id: i32,
}

impl Wire {
    pub(crate) fn to(broker: &Broker) -> Wire {
        Wire::at(broker.address())
    }

    pub(crate) fn at(address: SocketAddr) -> Wire {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Wire::over(stream).expect("the broker keeps the connection")
    }

    /// A client over a stream; `None` where the broker does not answer.
    pub(crate) fn over(stream: impl Stream + 'static) -> Option<Wire> {
        let mut wire = Wire { stream: Box::new(stream), served: BTreeMap::new(), next_id: 0 };
        wire.send(&ApiVersionsRequest::default(), 0);
        let mut frame = wire.frame()?;
        ResponseHeader::decode(&mut frame, 0).unwrap();
        let answer = ApiVersionsResponse::decode(&mut frame, 0).unwrap();
        wire.served = answer.api_keys.iter().map(|api| (api.api_key, (api.min_version, api.max_version))).collect();
        Some(wire)
    }

    pub(crate) fn served(&self, key: i16) -> (i16, i16) {
        self.served[&key]
    }

    pub(crate) fn served_keys(&self) -> Vec<i16> {
        self.served.keys().copied().collect()
    }

    pub(crate) fn ask<Q: Request>(&mut self, request: &Q, version: i16) -> Q::Response {
        self.send(request, version);
        self.receive::<Q>(version)
    }

    pub(crate) fn send<Q: Request>(&mut self, request: &Q, version: i16) {
        self.next_id += 1;
        let mut body = BytesMut::new();
        let header = RequestHeader::default()
            .with_request_api_key(Q::KEY)
            .with_request_api_version(version)
            .with_correlation_id(self.next_id)
            .with_client_id(Some(StrBytes::from_static_str("wire")));
        header.encode(&mut body, Q::header_version(version)).unwrap();
        request.encode(&mut body, version).unwrap();
        self.raw(&body);
    }

    /// The answer to the last request.
    pub(crate) fn receive<Q: Request>(&mut self, version: i16) -> Q::Response {
        let mut frame = self.frame().expect("the broker keeps the connection");
        let header = ResponseHeader::decode(&mut frame, Q::Response::header_version(version)).unwrap();
        assert_eq!(header.correlation_id, self.next_id);
        let answer = Q::Response::decode(&mut frame, version).unwrap();
        assert!(frame.is_empty(), "nothing stands behind the answer");
        answer
    }

    /// The id of the last request.
    pub(crate) fn last_id(&self) -> i32 {
        self.next_id
    }

    /// The id of the next answer.
    pub(crate) fn frame_id(&mut self) -> i32 {
        let frame = self.frame().expect("the broker keeps the connection");
        i32::from_be_bytes(frame[..4].try_into().unwrap())
    }

    /// Sends bytes as a frame.
    pub(crate) fn raw(&mut self, body: &[u8]) {
        let length = i32::try_from(body.len()).unwrap();
        self.bytes(&[&length.to_be_bytes(), body].concat());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        // The broker may have closed already: the next read tells.
        let _told_later = self.stream.write_all(bytes);
    }

    /// The next frame; `None` when the broker has closed.
    pub(crate) fn frame(&mut self) -> Option<Bytes> {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).ok()?;
        let mut body = vec![0; usize::try_from(i32::from_be_bytes(length)).unwrap()];
        self.stream.read_exact(&mut body).ok()?;
        Some(body.into())
    }
}
