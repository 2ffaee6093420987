//! Metrics and health for those who run a program: the list of all metrics ([`METRICS`]), and, with the feature `axum`, a router that serves
//! them beside `/live` and `/ready`.
//!
//! Metrics go through the crate [metrics](https://docs.rs/metrics): whichever recorder the program has installed gets them. It has to be there
//! before producers, consumers and apps are made.

#[cfg(feature = "axum")]
mod exporter;
#[cfg(feature = "axum")]
mod router;

#[cfg(feature = "axum")]
pub use exporter::prometheus;
#[cfg(feature = "axum")]
pub use metrics_exporter_prometheus::PrometheusHandle;
#[cfg(feature = "axum")]
pub use router::{Watched, router};

pub use crate::meter::{Kind, METRICS, Metric};
