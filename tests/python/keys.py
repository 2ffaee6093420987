"""Keys as the Python client writes and reads them: {"registry": url, "topic": name, "record": {...}, "hex": bytes of the record's key}
on stdin; {"string": hex, "int": hex, "record": hex, "read": {...}} on stdout. The schema of the record's key is in the registry."""

import json
import sys

from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import IntegerSerializer, MessageField, SerializationContext, StringSerializer

given = json.load(sys.stdin)
client = SchemaRegistryClient({"url": given["registry"]})
context = SerializationContext(given["topic"], MessageField.KEY)
schema = client.get_latest_version(given["topic"] + "-key").schema.schema_str
# As most applications have it: what is in the registry is found there, under `<topic>-key`.
write = AvroSerializer(client, schema, conf={"auto.register.schemas": False})
print(json.dumps({
    "string": StringSerializer("utf_8")("Ämter 1", context).hex(),
    "int": IntegerSerializer()(-2, context).hex(),
    "record": write(given["record"], context).hex(),
    "read": AvroDeserializer(client)(bytes.fromhex(given["hex"]), context),
}))
