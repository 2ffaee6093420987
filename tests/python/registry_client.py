"""The real Python client against a registry: `registry_client.py <url>`.

Prints one line of JSON with what it found, and exits non-zero with the reason on the first thing that is not as it should be.
"""

import json
import sys

from confluent_kafka.schema_registry import (
    ConfigCompatibilityLevel, Schema, SchemaReference, SchemaRegistryClient, ServerConfig)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

MONEY = json.dumps({"type": "record", "name": "Money", "namespace": "types", "fields": [
    {"name": "cents", "type": "long"}, {"name": "currency", "type": "string"}]})
ORDER = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "id", "type": "string"}, {"name": "total", "type": "types.Money"}]})
ORDER_2 = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "id", "type": "string"}, {"name": "total", "type": "types.Money"},
    {"name": "note", "type": ["null", "string"], "default": None}]})
ORDER_BAD = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "id", "type": "string"}, {"name": "total", "type": "types.Money"}, {"name": "must", "type": "string"}]})
TICKET = json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "title": "Ticket", "type": "object",
                     "properties": {"id": {"type": "string"}, "seats": {"type": "integer"}}, "required": ["id"]})


def same(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


def refused(what, codes, call):
    try:
        call()
    except SchemaRegistryError as error:
        if error.error_code not in codes:
            sys.exit(f"{what}: expected one of {codes}, found {error.error_code}: {error}")
        return
    sys.exit(f"{what}: expected one of {codes}, and it was accepted")


def registering(client, done):
    client.register_schema("types.Money", Schema(MONEY, "AVRO"))
    references = [SchemaReference("types.Money", "types.Money", 1)]
    order = Schema(ORDER, "AVRO", references)
    order_id = client.register_schema("orders-value", order)
    same("equal schemas share an id", client.register_schema("orders-value", order), order_id)
    ticket_id = client.register_schema("tickets-value", Schema(TICKET, "JSON"))

    by_id = SchemaRegistryClient({"url": sys.argv[1]}).get_schema(order_id)
    same("schema by id", json.loads(by_id.schema_str), json.loads(ORDER))
    same("its references", [r.subject for r in by_id.references], ["types.Money"])
    same("type by id", SchemaRegistryClient({"url": sys.argv[1]}).get_schema(ticket_id).schema_type, "JSON")
    same("look-up", client.lookup_schema("orders-value", order).schema_id, order_id)
    same("version", client.get_version("orders-value", 1).schema_id, order_id)
    same("latest", client.get_latest_version("tickets-value").schema_id, ticket_id)
    same("versions", client.get_versions("orders-value"), [1])
    same("subjects", sorted(client.get_subjects()), ["orders-value", "tickets-value", "types.Money"])
    refused("no such subject", [40401], lambda: client.get_latest_version("nobody"))
    refused("no such schema", [40403], lambda: client.get_schema(9999))
    refused("invalid schema", [42201], lambda: client.register_schema("bad", Schema('{"type": "nonsense"}', "AVRO")))
    done["ids"] = {"order": order_id, "ticket": ticket_id}
    return order, references


def levels(client, references, done):
    good, bad = Schema(ORDER_2, "AVRO", references), Schema(ORDER_BAD, "AVRO", references)
    same("a compatible schema", client.test_compatibility("orders-value", good), True)
    same("an incompatible schema", client.test_compatibility("orders-value", bad), False)
    refused("registering it", [409, 40901], lambda: client.register_schema("orders-value", bad))
    client.set_compatibility("orders-value", "NONE")
    same("the subject's level", client.get_compatibility("orders-value"), "NONE")
    same("anything goes", client.test_compatibility("orders-value", bad), True)
    client.set_config("orders-value", ServerConfig(compatibility=ConfigCompatibilityLevel.FULL))
    same("the level by config", client.get_config("orders-value").compatibility_level, "FULL")
    same("the global level", client.get_compatibility(), "BACKWARD")
    client.register_schema("orders-value", good)
    same("two versions", client.get_versions("orders-value"), [1, 2])
    done["levels"] = True


def avro_round_trip(client, order, done):
    value = {"id": "ORD-1", "total": {"cents": 1250, "currency": "EUR"}}
    context = SerializationContext("orders", MessageField.VALUE)
    to_bytes = AvroSerializer(client, order, conf={"auto.register.schemas": False})
    message = to_bytes(value, context)
    same("the frame", message[0], 0)
    same("Avro round trip", AvroDeserializer(client, order)(message, context), value)
    done["avro"] = message.hex()


def json_round_trip(client, done):
    value = {"id": "T-1", "seats": 2}
    context = SerializationContext("tickets", MessageField.VALUE)
    message = JSONSerializer(TICKET, client)(value, context)
    same("JSON round trip", JSONDeserializer(TICKET, schema_registry_client=client)(message, context), value)
    done["json"] = message.hex()


def deleting(client, done):
    refused("deleting what is referred to", [42206], lambda: client.delete_version("types.Money", 1))
    same("soft deletion", client.delete_subject("tickets-value"), [1])
    same("permanent deletion", client.delete_subject("tickets-value", permanent=True), [1])
    done["deleting"] = True


def main():
    client = SchemaRegistryClient({"url": sys.argv[1]})
    done = {}
    order, references = registering(client, done)
    levels(client, references, done)
    avro_round_trip(client, order, done)
    json_round_trip(client, done)
    deleting(client, done)
    print(json.dumps(done))


if __name__ == "__main__":
    main()
