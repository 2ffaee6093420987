//! What projections promise, on both databases and whichever broker it is.

mod postgres;
mod sqlite;

use crate::cluster::Cluster;

pub(crate) async fn a_new_version_is_built_beside_the_live_one_and_takes_its_place(cluster: &Cluster) {
    sqlite::cases::built_beside(cluster).await;
    postgres::cases::built_beside(cluster).await;
}

pub(crate) async fn an_event_that_cannot_be_taken_holds_its_projection_up_until_it_can(cluster: &Cluster) {
    sqlite::cases::held_up(cluster).await;
    postgres::cases::held_up(cluster).await;
}

pub(crate) async fn each_event_has_its_effects_once_while_those_who_read_are_killed(cluster: &Cluster) {
    sqlite::cases::killed(cluster).await;
    postgres::cases::killed(cluster).await;
}

pub(crate) async fn events_that_are_gone_hold_a_projection_up_until_that_is_accepted(cluster: &Cluster) {
    sqlite::cases::gone(cluster).await;
    postgres::cases::gone(cluster).await;
}

pub(crate) async fn who_waits_for_its_turn_ends_well_when_another_version_takes_the_place(cluster: &Cluster) {
    sqlite::cases::standby(cluster).await;
    postgres::cases::standby(cluster).await;
}
