"""Confluent's Python client as the other side of every message: {"registry": url, "cases": [...]} on stdin, an answer for each case on stdout.

A case has the messages that topika wrote, and says how they are named and keyed. They are read here, and what came out of the first one is written again: with
the id before the payload, and with the GUID in a header."""

import json
import sys

from confluent_kafka.schema_registry import (
    SchemaRegistryClient, header_schema_id_serializer, prefix_schema_id_serializer)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import (
    MessageField, SerializationContext, StringDeserializer, StringSerializer)

given = json.load(sys.stdin)
client = SchemaRegistryClient({"url": given["registry"]})
NAMED = {"prefix": prefix_schema_id_serializer, "header": header_schema_id_serializer}


def reader(side):
    if side["format"] == "string":
        return StringDeserializer("utf_8")
    if side["format"] == "avro":
        return AvroDeserializer(client)
    return JSONDeserializer(None, schema_registry_client=client)


def writer(side, named):
    if side["format"] == "string":
        return StringSerializer("utf_8")
    schema = client.get_latest_version(side["subject"]).schema
    conf = {
        "auto.register.schemas": False,
        "use.latest.version": True,
        "subject.name.strategy": lambda _context, _record: side["subject"],
        "schema.id.serializer": NAMED[named],
    }
    if side["format"] == "avro":
        return AvroSerializer(client, schema, conf=conf)
    return JSONSerializer(schema, client, conf=conf)


answers = []
for case in given["cases"]:
    sides = [("key", MessageField.KEY), ("value", MessageField.VALUE)]
    read, values = [], {}
    for message in case["messages"]:
        headers = [(name, bytes.fromhex(value)) for name, value in message["headers"]]
        found = {}
        for side, field in sides:
            context = SerializationContext(case["topic"], field, headers)
            found[side] = reader(case[side])(bytes.fromhex(message[side]), context)
        values = values or found
        if found != values:
            sys.exit(f"{case['topic']}: {message['framing']} was read as {found}, and the first one as {values}")
        read.append(str(found["value"][case["shows"]]))
    written = []
    for named in case["writes"]:
        headers, made = [], {}
        for side, field in sides:
            context = SerializationContext(case["topic"], field, headers)
            made[side] = writer(case[side], named)(values[side], context).hex()
        written.append({**made, "headers": [[name, value.hex()] for name, value in headers]})
    answers.append({"read": read, "written": written})
json.dump(answers, sys.stdout)
