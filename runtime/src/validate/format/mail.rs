//! Addresses of mailboxes (RFC 5321).

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use email_address::EmailAddress;

use super::host::is_hostname;

pub(super) fn is_email(text: &str) -> bool {
    // RFC 5321 allows an empty quoted name, which the crate does not know.
    if let Some(domain) = text.strip_prefix("\"\"@") {
        return is_email(&format!("\"a\"@{domain}"));
    }
    EmailAddress::from_str(text).is_ok_and(|address| address.local_part().is_ascii() && is_domain(address.domain()))
}

fn is_domain(domain: &str) -> bool {
    let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return is_hostname(domain);
    };
    match literal.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => address.parse::<Ipv6Addr>().is_ok(),
        _ => literal.parse::<Ipv4Addr>().is_ok(),
    }
}
