"""Plain JSON on a topic: writes what json.dumps makes of some events, with several of its settings, and reads what others wrote.

Standard input: {"bootstrap": ..., "write": topic, "mixed": topic, "read": topic, "count": n}. Standard output: the messages that were written, in hex, and the
values that were read, through json.loads. Without a bootstrap only the former, written nowhere.
"""

import json
import sys

EVENT = {
    "seconds": 12.5,
    "tags": ["Müsli", "日本", "🥐", 'say "cheese"\\\n'],
    "page": "/menü/✓",
    "visits": 3,
    "referrer": None,
}

# The settings that people use, and what they change: escapes, white space, the order of keys.
DUMPS = {
    "default": lambda: json.dumps(EVENT),
    "not_ascii": lambda: json.dumps(EVENT, ensure_ascii=False),
    "indented": lambda: json.dumps(EVENT, indent=4),
    "compact_and_sorted": lambda: json.dumps(EVENT, separators=(",", ":"), sort_keys=True),
    "floats": lambda: json.dumps(dict(EVENT, seconds=1e22, visits=9007199254740993)),
    "whole": lambda: json.dumps(dict(EVENT, seconds=12)),
    # allow_nan is on by default, and what it writes is no JSON.
    "nan": lambda: json.dumps(dict(EVENT, seconds=float("nan"))),
    "infinity": lambda: json.dumps(dict(EVENT, seconds=float("-inf"))),
    "text_in_text": lambda: json.dumps(json.dumps(EVENT)),
    "missing": lambda: json.dumps({"page": "/"}),
}

# Smaller ones, for a topic that has framed messages too.
MIXED = {
    "mixed_2": lambda: json.dumps({"visits": 2, "page": "/menü"}),
    "mixed_4": lambda: json.dumps({"visits": 4, "page": "/menü"}, ensure_ascii=False, sort_keys=True),
    "mixed_7": lambda: json.dumps({"visits": 7, "page": "/menü"}, indent=2),
}


def main():
    asked = json.load(sys.stdin)
    written = {name: dumps().encode("utf-8") for name, dumps in (DUMPS | MIXED).items()}
    read = []
    if "bootstrap" in asked:
        from confluent_kafka import Consumer, Producer

        producer = Producer({"bootstrap.servers": asked["bootstrap"]})
        for name, message in written.items():
            topic = asked["mixed"] if name in MIXED else asked["write"]
            producer.produce(topic, key=name.encode(), value=message, partition=0)
        assert producer.flush(20) == 0, "not delivered"
        consumer = Consumer({"bootstrap.servers": asked["bootstrap"], "group.id": "python", "auto.offset.reset": "earliest"})
        consumer.subscribe([asked["read"]])
        while len(read) < asked["count"]:
            message = consumer.poll(20)
            assert message is not None, "nothing to read"
            assert message.error() is None, message.error()
            key = message.key().decode() if message.key() is not None else None
            headers = [name for name, _ in message.headers() or []]
            read.append({"key": key, "value": json.loads(message.value()), "headers": headers})
        consumer.close()
    json.dump({"written": {name: message.hex() for name, message in written.items()}, "read": read}, sys.stdout)


main()
