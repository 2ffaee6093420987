"""Writes, reads in a group and answers each record within a transaction, every second one of which it takes back; then reads, and commits, what
came of it. Prints what it read."""

import os
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

COUNT = 6


def secured():
    """What the environment says of who we are (`MECHANISM USER PASSWORD`), and of whose certificate the broker has."""
    sasl, authority = os.environ.get("TOPIKA_SASL"), os.environ.get("TOPIKA_CA")
    protocols = {(False, False): "PLAINTEXT", (False, True): "SSL", (True, False): "SASL_PLAINTEXT", (True, True): "SASL_SSL"}
    settings = {"security_protocol": protocols[bool(sasl), bool(authority)]}
    if sasl:
        settings["sasl_mechanism"], settings["sasl_plain_username"], settings["sasl_plain_password"] = sasl.split()
    if authority:
        settings["ssl_cafile"] = authority
    return settings


SECURED = secured()


def reader(bootstrap, group, topic):
    return KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        **SECURED,
    )


def records(consumer, count):
    read = 0
    while read < count:
        for of_partition in consumer.poll(timeout_ms=10_000, max_records=1).values():
            for record in of_partition:
                read += 1
                yield record, {TopicPartition(record.topic, record.partition): OffsetAndMetadata(record.offset + 1, "", -1)}


def main(bootstrap, source, target, name):
    with_key = KafkaProducer(bootstrap_servers=bootstrap, compression_type="gzip", **SECURED)
    for number in range(COUNT):
        with_key.send(source, key=b"key", value=b"v%d" % number)
    with_key.flush()
    with_key.close()

    worker = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=name, **SECURED)
    worker.init_transactions()
    consumer = reader(bootstrap, name, source)
    for number, (record, behind) in enumerate(records(consumer, COUNT)):
        worker.begin_transaction()
        worker.send(target, key=record.key, value=record.value)
        worker.send_offsets_to_transaction(behind, consumer.group_metadata())
        # What was not sent before it is taken back never will be.
        worker.flush()
        if number % 2 == 0:
            worker.commit_transaction()
        else:
            worker.abort_transaction()
        print(record.value.decode())
    consumer.close()
    worker.close()

    consumer = reader(bootstrap, name + ".reader", target)
    for record, behind in records(consumer, COUNT // 2):
        consumer.commit(behind)
        print(record.value.decode())
    consumer.close()


main(*sys.argv[1:])
