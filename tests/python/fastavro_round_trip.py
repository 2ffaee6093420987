"""Reads Avro datums with fastavro and writes them again: {"schemas": [texts, the event's last], "datums": [hex]} on stdin,
{"hex": [...], "records": [...]} on stdout."""

import datetime
import decimal
import io
import json
import sys

import fastavro


def plain(value):
    if isinstance(value, (decimal.Decimal, datetime.datetime)):
        return str(value)
    raise TypeError(f"{type(value)} is not expected in an order")


given = json.load(sys.stdin)
names = {}
for text in given["schemas"]:
    schema = fastavro.parse_schema(json.loads(text), named_schemas=names)

written, records = [], []
for datum in given["datums"]:
    source = io.BytesIO(bytes.fromhex(datum))
    record = fastavro.schemaless_reader(source, schema)
    assert source.read() == b"", "fastavro left bytes behind"
    target = io.BytesIO()
    fastavro.schemaless_writer(target, schema, record)
    written.append(target.getvalue().hex())
    records.append(record)
json.dump({"hex": written, "records": records}, sys.stdout, default=plain)
