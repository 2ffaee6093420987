//! What clients are promised of a broker, shown on the embedded one and on Apache Kafka: the same steps, the same outcome. Where the two differ,
//! the embedded one is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a failed step is a failed test, and some tell figures"
)]
#![allow(
    clippy::duplicate_mod,
    reason = "the cases of sagas, aggregates and projections are compiled for each database"
)]

mod aggregates;
mod apps;
mod batches;
mod bus;
mod carrying;
mod choices;
mod clients;
mod closing;
mod cluster;
mod compression;
mod consumer_protocol;
mod consuming;
mod creation;
mod databases;
mod dead_letters;
mod enveloped;
mod evolution;
mod exactly_once;
mod given_up;
mod history;
mod inboxes;
mod kits;
mod layered;
mod logins;
mod members;
mod observing;
mod order_service;
mod order_tables;
mod others;
mod outage;
mod outbox_history;
mod outbox_history_sqlite;
mod outboxes;
#[path = "../support/postgres.rs"]
mod postgres;
mod producing;
mod projections;
mod publishing;
mod redrive_history;
mod relays;
mod replays;
mod requests;
mod retrying;
mod sagas;
mod secured;
#[path = "../support/mod.rs"]
mod support;
mod tiers;
mod topics;
mod transactional;
mod transactions;

/// Two tests of each case, one for each broker.
macro_rules! on_both {
    ($($cases:ident { $($case:ident),+ $(,)? })+) => {
        mod embedded {
            $(mod $cases {$(
                #[tokio::test]
                async fn $case() {
                    crate::$cases::$case(&crate::cluster::Cluster::embedded()).await;
                }
            )+})+
        }
        mod apache_kafka {
            $(mod $cases {$(
                #[tokio::test]
                async fn $case() {
                    let Some(cluster) = crate::cluster::Cluster::apache_kafka(stringify!($case)) else { return };
                    crate::$cases::$case(&cluster).await;
                }
            )+})+
        }
    };
}

on_both! {
    aggregates {
        what_is_appended_is_published_in_its_transaction_and_a_topic_folds_to_the_same,
    }
    apps {
        a_handler_that_panics_fails_its_message_and_nothing_else,
        at_the_deadline_a_handler_is_cut_off_and_its_message_stays,
        an_app_that_the_system_asks_to_end_finishes_and_commits_what_it_began,
        events_that_an_app_does_not_know_are_treated_as_it_was_told,
    }
    batches {
        a_batch_that_fails_without_dead_letters_ends_the_app_and_is_handled_again,
        of_a_batch_that_goes_on_failing_only_what_fails_alone_is_given_up,
        what_a_batch_publishes_is_a_part_of_the_transaction_of_its_messages,
    }
    bus {
        a_bus_stops_within_its_deadline_whatever_its_handlers_do,
        an_event_of_a_newer_schema_is_read_by_its_type_and_told_whole_by_its_name,
        each_subscriber_handles_each_event_in_the_order_of_its_key,
        events_are_handled_by_their_names_too,
        what_a_handler_publishes_is_handled_and_belongs_to_what_it_handled,
        what_fails_is_tried_in_place_then_in_tiers_while_its_key_waits,
        what_handlers_publish_themselves_while_a_bus_stops_is_taken,
        what_no_try_mends_is_given_up_and_the_others_go_on,
        what_was_published_is_handled_before_a_bus_stops_or_by_the_next,
        without_dead_letters_a_subscriber_ends_and_the_bus_says_why,
    }
    carrying {
        empty_fields_are_filled_as_headers_would_be_and_what_is_set_is_the_envelope_s,
        where_headers_say_nothing_what_an_event_carries_is_its_envelope,
        an_outbox_stores_what_an_event_carries_and_knows_it_by_its_id,
    }
    choices {
        a_batch_grows_as_large_as_its_producer_or_its_client_says,
        a_full_queue_is_waited_for_as_long_as_the_producer_or_its_client_says,
        a_message_lingers_as_long_as_its_producer_or_its_client_says,
        brokers_are_told_the_id_of_the_producer_or_of_its_client,
    }
    closing {
        a_full_queue_is_waited_for_and_what_a_dropped_producer_took_is_written,
        a_tombstone_is_read_as_one_with_its_key_headers_and_time,
        what_is_enqueued_while_a_producer_closes_is_delivered_or_refused,
        what_is_not_delivered_at_the_deadline_is_counted_and_each_future_and_the_hook_say_so,
    }
    compression {
        each_compression_is_what_the_batch_on_the_broker_has,
        a_client_compresses_as_it_is_told_and_with_lz4_where_it_is_not,
    }
    consumer_protocol {
        an_app_keeps_the_order_of_keys_that_wait_for_their_retry,
        partitions_are_shared_anew_as_members_come_and_leave,
        a_static_member_that_returns_has_what_it_had,
        a_member_that_was_silent_is_out_and_commits_nothing,
        a_group_without_members_goes_over_to_the_protocol_of_whoever_comes,
        an_app_handles_each_message_while_workers_come_and_go,
        an_app_handles_each_message_exactly_once_while_workers_come_and_go,
        java_s_client_is_a_member_and_its_tools_describe_it,
    }
    consuming {
        a_bounded_read_ends_where_the_partitions_ended_for_it,
        a_bounded_read_ends_while_others_go_on_writing,
        a_consumer_may_be_polled_by_hand,
        a_handler_that_takes_longer_than_a_poll_may_loses_no_partition,
        a_message_is_committed_on_request_and_what_was_dropped_before_it_is_told,
        of_two_members_with_one_name_the_earlier_is_shut_out,
        reading_begins_at_given_offsets_and_what_is_not_there_is_the_nearest,
    }
    evolution {
        readers_may_be_renewed_before_writers_and_nothing_is_lost,
        writers_may_be_renewed_before_readers_and_nothing_is_lost,
    }
    creation {
        a_start_holds_the_topic_to_what_is_declared,
        everything_of_an_environment_has_its_prefix,
    }
    dead_letters {
        a_letter_tells_each_try_and_is_sent_again_once,
        what_dies_again_keeps_its_history_and_is_held_back_in_the_end,
        letters_of_others_are_read_and_sent_to_where_they_came_from,
        of_two_runs_the_earlier_is_shut_out_and_nothing_is_sent_twice,
    }
    redrive_history {
        each_letter_is_sent_again_once_while_whoever_does_it_is_killed,
    }
    given_up {
        a_letter_that_is_too_large_stops_no_other,
        a_message_is_given_up_by_hand_and_then_acknowledged,
        a_message_whose_letter_is_refused_is_not_acknowledged,
        an_app_may_have_one_topic_for_all_that_it_gives_up,
        topics_may_name_one_topic_for_their_dead_letters_and_each_finds_its_own,
    }
    exactly_once {
        a_dead_letter_is_a_part_of_the_transaction_of_its_message,
        a_dead_letter_that_is_refused_for_good_ends_the_app,
        an_app_that_begins_at_a_place_begins_there_once,
        an_app_that_is_told_to_stop_waits_for_handlers_no_longer_than_it_says,
        nothing_is_read_of_a_transaction_in_which_a_handler_ends_the_app,
        of_two_processes_with_one_name_the_earlier_gives_way,
        the_later_of_two_processes_with_one_name_stays_however_old_the_earlier_is,
        what_is_committed_within_transactions_is_no_lag,
        what_outlasts_a_rebalance_is_published_by_its_new_owner_alone,
        what_takes_longer_than_a_transaction_may_is_handled_again,
    }
    history {
        a_killed_worker_repeats_no_more_than_it_had_not_committed,
        each_message_comes_out_once_and_in_order_while_workers_are_killed,
        what_waits_in_tiers_keeps_its_order_while_workers_are_killed,
    }
    enveloped {
        what_a_handler_publishes_belongs_to_what_it_handled,
        what_comes_of_a_message_that_is_handled_again_has_the_ids_of_the_first_time,
        the_locked_version_of_a_schema_travels_where_it_is_asked_for,
        a_message_has_at_most_the_headers_that_were_asked_for,
    }
    kits {
        kits_on_one_cluster_have_names_of_their_own_and_leave_nothing,
        what_an_app_puts_off_is_told_and_an_app_settles_when_it_is_done_with_that_too,
    }
    layered {
        each_try_goes_through_the_layers_of_its_app,
        several_apps_of_a_process_end_when_one_of_them_does,
        several_apps_of_a_process_are_shut_down_together,
    }
    inboxes {
        a_message_that_comes_again_has_its_effects_once,
        of_two_that_have_the_same_message_at_once_the_second_waits_and_sees_it_done,
    }
    members {
        a_bounded_read_ends_when_the_group_has_read_all_whoever_of_its_members,
        a_commit_on_request_is_confirmed_or_refused_while_members_come_and_go,
        a_rebalance_that_waits_for_held_messages_costs_no_membership,
        a_partition_that_comes_back_before_an_acknowledgement_begins_where_it_was_told,
        a_dropped_stream_has_committed_what_was_acknowledged_and_nothing_else,
        a_slow_key_holds_up_its_lane_and_no_other,
        a_topic_that_is_deleted_ends_its_readers_and_refuses_its_writers,
        reading_begins_at_a_time,
        what_was_deleted_before_it_was_read_is_passed_over,
    }
    order_service {
        the_database_s_sums_are_the_producer_s_through_kills_poison_and_a_change_of_the_schema,
    }
    observing {
        a_handler_that_does_not_end_makes_its_app_not_live_and_its_place_is_told,
        a_poll_loop_that_stands_still_makes_its_app_not_live_until_it_turns_again,
        clients_know_whether_brokers_answer_and_which_never_did,
        what_is_written_read_and_left_to_read_is_counted,
        a_trace_goes_from_a_message_to_what_its_handler_publishes_and_none_comes_of_nothing,
    }
    others {
        franz_go_reads_in_groups_and_writes_within_transactions,
        java_s_client_reads_in_groups_and_writes_within_transactions,
        java_s_tools_see_a_transaction_while_it_is_open_and_when_it_has_ended,
        kafka_python_reads_in_groups_and_writes_within_transactions,
        kafkajs_reads_in_groups_and_writes_within_transactions,
    }
    outbox_history {
        nothing_is_lost_and_nothing_done_twice_while_service_relays_reader_and_database_are_killed,
    }
    outbox_history_sqlite {
        nothing_is_lost_and_nothing_done_twice_while_service_relays_and_reader_are_killed,
    }
    outboxes {
        what_is_committed_is_sent_as_a_producer_would_and_what_is_rolled_back_is_not,
        what_is_committed_in_sqlite_is_sent_and_what_is_rolled_back_is_not,
        rows_that_are_committed_late_are_sent_in_their_order_and_none_is_passed_over,
        a_row_that_is_refused_holds_up_its_key_and_no_other,
        a_row_in_sqlite_that_is_refused_holds_up_its_key_and_no_other,
        of_two_relays_of_sqlite_one_works_and_the_other_takes_over_and_what_was_kept_is_swept,
        relays_share_the_rows_and_another_takes_over_what_one_loses,
        a_commit_wakes_the_relay,
        brokers_that_are_away_hold_up_a_relay_and_nothing_is_marked_and_what_was_restored_is_sent,
    }
    producing {
        keys_land_where_java_s_client_puts_them,
        a_message_has_the_key_headers_time_and_partition_that_it_is_given,
        a_batch_says_what_the_broker_refused_and_the_hook_sees_each,
    }
    projections {
        a_new_version_is_built_beside_the_live_one_and_takes_its_place,
        an_event_that_cannot_be_taken_holds_its_projection_up_until_it_can,
        each_event_has_its_effects_once_while_those_who_read_are_killed,
        events_that_are_gone_hold_a_projection_up_until_that_is_accepted,
        who_waits_for_its_turn_ends_well_when_another_version_takes_the_place,
    }
    publishing {
        what_a_handler_returns_is_published_before_its_message_is_acknowledged,
        an_app_whose_handlers_publish_on_a_topic_that_is_not_there_does_not_start,
    }
    replays {
        a_message_that_cannot_be_handled_stops_a_replay_or_is_passed_over_and_told,
        a_replay_joins_no_group_moves_no_offset_and_keeps_the_order_of_keys,
        a_replay_reads_what_it_was_asked_for_and_nothing_else,
    }
    requests {
        each_question_has_its_own_answer_or_an_error_when_its_time_is_over,
        what_asks_for_no_answer_is_given_up_and_the_app_goes_on,
    }
    retrying {
        a_message_that_is_too_old_is_not_tried_again,
        behind_the_last_tier_a_message_goes_to_the_dead_letters_as_from_where_it_stood_first,
        each_key_keeps_its_order_where_members_give_all_up_at_each_change,
        each_key_keeps_its_order_while_members_come_and_go,
        later_messages_of_a_key_wait_behind_one_that_waits_and_others_pass,
        of_a_batch_what_fails_alone_waits_in_tiers_and_what_is_behind_it_too,
        tiers_are_made_as_large_as_their_source_and_refused_where_they_would_lose_something,
        what_goes_on_failing_is_tried_in_place_then_in_tiers_and_its_attempts_count_on,
        what_waits_keeps_its_time_and_its_place_when_the_app_starts_anew,
        where_the_order_means_nothing_later_messages_pass,
        without_dead_letters_the_app_ends_behind_the_last_tier,
    }
    sagas {
        a_saga_asks_others_through_an_outbox_and_goes_on_with_their_reply,
    }
    tiers {
        what_stands_in_a_tier_and_in_its_topic_is_tried_on_from_where_it_was_and_its_letter_tells_all,
        what_is_tried_one_by_one_behind_a_crash_goes_on_with_its_tries_in_an_app_with_batches,
        what_was_copied_before_a_crash_is_not_handled_twice_over_when_the_app_stops_again,
        a_message_that_no_tier_takes_goes_to_the_dead_letters_and_the_others_wait,
        topics_that_take_less_than_their_source_are_refused_with_what_to_set,
        while_as_many_wait_as_may_no_more_are_begun_with,
    }
    topics {
        settings_that_are_altered_replace_those_before,
        deleted_records_are_not_read,
        a_time_far_from_now_is_refused,
        a_compacted_topic_takes_no_record_without_a_key,
    }
    transactional {
        what_is_committed_is_read_on_every_topic_and_what_is_aborted_or_dropped_on_none,
        a_process_that_takes_over_an_id_shuts_out_the_one_before,
        a_message_that_is_refused_voids_its_transaction_and_the_next_is_good,
        a_message_outside_of_a_transaction_is_refused,
    }
    transactions {
        committed_records_are_read_and_aborted_ones_are_not,
        an_open_transaction_whose_first_records_are_deleted_holds_back_from_the_start_on,
        an_open_transaction_holds_back_what_stands_behind_it,
        offsets_count_with_the_transaction_that_they_are_part_of,
        a_member_that_is_no_longer_one_commits_nothing,
        a_producer_shuts_out_the_one_before_it_and_voids_what_that_left_open,
        a_transaction_that_takes_too_long_is_aborted,
        a_time_that_no_transaction_may_take_is_refused,
        a_topic_that_is_deleted_meanwhile_hinders_no_end,
    }
}
