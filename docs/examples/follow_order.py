"""Follows one order from placed to delivered: a Kafka client, Avro and the registry's schemas are all that it takes.

python3 follow_order.py BROKERS REGISTRY ORDER [TOPIC]
"""
import io, json, struct, sys, urllib.request
from confluent_kafka import Consumer
from fastavro import parse_schema, schemaless_reader

brokers, registry, order, topic = [*sys.argv[1:], "orderloom.order.events.v1"][:4]
schemas = {}

def decode(value):
    _, schema_id = struct.unpack(">bI", value[:5])
    if schema_id not in schemas:
        with urllib.request.urlopen(f"{registry}/schemas/ids/{schema_id}") as answer:
            schemas[schema_id] = parse_schema(json.loads(json.load(answer)["schema"]))
    return schemaless_reader(io.BytesIO(value[5:]), schemas[schema_id])

consumer = Consumer({"bootstrap.servers": brokers, "group.id": f"follow-{order}", "enable.auto.commit": False,
                     "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
consumer.subscribe([topic])
while True:
    message = consumer.poll(1)
    headers = dict(message.headers()) if message and not message.error() else {}
    if headers.get("ce_subject") == f"main/order/{order}".encode():
        kind, event = headers["ce_type"].decode(), decode(message.value())
        print(headers["ce_time"].decode(), kind, json.dumps(event, default=bytes.hex), flush=True)
        if kind.endswith(".lines-delivered.v1") and event["last"]:
            sys.exit(consumer.close())
