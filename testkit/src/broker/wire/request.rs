use bytes::{Buf, BufMut, Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey, ResponseHeader};
use kafka_protocol::protocol::{Decodable, Encodable, HeaderVersion};

use super::apis::{APIS, Api};
use super::shape;

/// A request whose header is read and whose body has the shape of its version.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) api: &'static Api,
    pub(crate) version: i16,
    pub(crate) correlation_id: i32,
    pub(crate) client_id: String,
    body: Bytes,
}

/// Why a request is not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BadRequest {
    /// ApiVersions in a version to come: answered in version 0, by which the client learns (KIP-511).
    NewerApiVersions { correlation_id: i32 },
    /// Not served; Kafka closes the connection.
    NotServed { key: i16, version: i16 },
    /// Not the bytes of such a request.
    Malformed,
}

impl Request {
    pub(crate) fn parse(mut frame: Bytes) -> Result<Request, BadRequest> {
        if frame.remaining() < 8 {
            return Err(BadRequest::Malformed);
        }
        let (key, version, correlation_id) = (frame.get_i16(), frame.get_i16(), frame.get_i32());
        let api = APIS.iter().find(|api| i16::try_from(api.key as i32) == Ok(key));
        let Some(api) = api.filter(|api| (api.min..=api.max).contains(&version)) else {
            return Err(match api {
                Some(api) if api.key == ApiKey::ApiVersions => BadRequest::NewerApiVersions { correlation_id },
                _ => BadRequest::NotServed { key, version },
            });
        };
        let client_id = client_id(&mut frame)?;
        let flexible = version >= api.flexible;
        if flexible {
            let tags = shape::after_tags(&frame).ok_or(BadRequest::Malformed)?;
            frame.advance(tags);
        }
        if !shape::fits(&frame, api.fields, version, flexible) {
            return Err(BadRequest::Malformed);
        }
        Ok(Request { api, version, correlation_id, client_id, body: frame })
    }

    pub(crate) fn decode<T: Decodable>(&self) -> Result<T, BadRequest> {
        T::decode(&mut self.body.clone(), self.version).map_err(|_| BadRequest::Malformed)
    }

    /// The same where nobody asks again: the bytes live no longer than what was decoded of them.
    pub(crate) fn decode_once<T: Decodable>(&mut self) -> Result<T, BadRequest> {
        T::decode(&mut std::mem::take(&mut self.body), self.version).map_err(|_| BadRequest::Malformed)
    }
}

fn client_id(frame: &mut Bytes) -> Result<String, BadRequest> {
    let length = frame.try_get_i16().map_err(|_| BadRequest::Malformed)?;
    let Ok(length) = usize::try_from(length) else { return Ok(String::new()) };
    if frame.remaining() < length {
        return Err(BadRequest::Malformed);
    }
    String::from_utf8(frame.split_to(length).to_vec()).map_err(|_| BadRequest::Malformed)
}

/// The frame of an answer, with its length.
pub(crate) fn encode<T: Encodable + HeaderVersion>(
    correlation_id: i32,
    version: i16,
    answer: &T,
) -> Result<BytesMut, String> {
    let mut out = BytesMut::new();
    out.put_i32(0);
    let header = ResponseHeader::default().with_correlation_id(correlation_id);
    header.encode(&mut out, T::header_version(version)).map_err(|e| e.to_string())?;
    answer.encode(&mut out, version).map_err(|e| e.to_string())?;
    let length = i32::try_from(out.len().saturating_sub(4)).map_err(|e| e.to_string())?;
    if let Some(place) = out.first_chunk_mut::<4>() {
        *place = length.to_be_bytes();
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::messages::HeartbeatRequest;

    fn parse(bytes: &[u8]) -> Result<Request, BadRequest> {
        Request::parse(Bytes::copy_from_slice(bytes))
    }

    #[test]
    fn requests_that_are_not_served_are_told_apart() {
        let malformed = |bytes: &[u8]| assert_eq!(parse(bytes).unwrap_err(), BadRequest::Malformed);
        malformed(&[]);
        malformed(b"GET / H");
        malformed(&[0, 12, 0, 0, 0, 0, 0, 1]);
        malformed(&[0, 12, 0, 0, 0, 0, 0, 1, 0, 1]);
        malformed(&[0, 12, 0, 0, 0, 0, 0, 1, 0, 1, 0xff]);
        malformed(&[0, 12, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0]);
        malformed(&[0, 12, 0, 4, 0, 0, 0, 1, 0xff, 0xff]);
        let newer = parse(&[0, 18, 0, 99, 0, 0, 0, 5]).unwrap_err();
        assert_eq!(newer, BadRequest::NewerApiVersions { correlation_id: 5 });
        let unknown = parse(&[0, 0x7f, 0, 0, 0, 0, 0, 5]).unwrap_err();
        assert_eq!(unknown, BadRequest::NotServed { key: 0x7f, version: 0 });
    }

    #[test]
    fn a_request_is_decoded_in_its_version() {
        let bytes = [0, 12, 0, 0, 0, 0, 0, 9, 0, 1, b'c', 0, 1, b'g', 0, 0, 0, 3, 0, 1, b'm'];
        let request = parse(&bytes).unwrap();
        assert_eq!((request.correlation_id, request.client_id.as_str()), (9, "c"));
        let heartbeat: HeartbeatRequest = request.decode().unwrap();
        assert_eq!((heartbeat.group_id.as_str(), heartbeat.generation_id), ("g", 3));
    }
}
