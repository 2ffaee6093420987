use kafka_protocol::messages::ApiVersionsResponse;
use kafka_protocol::messages::api_versions_response::ApiVersion;

use crate::broker::wire::APIS;

/// What is served, in which versions.
pub(crate) fn api_versions(error_code: i16) -> ApiVersionsResponse {
    let version = |api: &crate::broker::wire::Api| {
        let key = i16::try_from(api.key as i32).unwrap_or_default();
        ApiVersion::default().with_api_key(key).with_min_version(api.min).with_max_version(api.max)
    };
    ApiVersionsResponse::default().with_error_code(error_code).with_api_keys(APIS.iter().map(version).collect())
}
