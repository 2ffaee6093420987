use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::error::{Error, ErrorKind};

/// From a delivery on the same machine to one that was tried for two minutes.
const BUCKETS: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    60.0, 120.0,
];
/// What histograms have collected is put into their buckets this often where nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Makes Prometheus' exporter the recorder of this process, with buckets for durations; call it once, and before any client is made. What it
/// gives prints all metrics of the process, and is what [`router`](super::router) takes.
///
/// A program that has an exporter of its own gives that one's handle to the router instead.
///
/// # Errors
/// [`Config`](ErrorKind::Config) where the process has a recorder already.
pub fn prometheus() -> Result<PrometheusHandle, Error> {
    let refused = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Config, format!("cannot install Prometheus' exporter: {error}"))
            .help("a process has one recorder: give the handle of the one that is there to `observe::router(..)`")
            .caused_by(error)
    };
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
        .map_err(|e| refused(e.into()))?
        .install_recorder()
        .map_err(|e| refused(e.into()))?;
    let kept = handle.clone();
    let upkeep = move || {
        loop {
            std::thread::sleep(UPKEEP);
            kept.run_upkeep();
        }
    };
    // It ends with the process, as the recorder does.
    std::thread::Builder::new().name("topika-metrics".to_owned()).spawn(upkeep).map_err(|e| refused(e.into()))?;
    Ok(handle)
}
