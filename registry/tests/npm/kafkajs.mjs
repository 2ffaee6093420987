// KafkaJS's npm client against a registry: `node kafkajs.mjs <url>`.
//
// Prints one line of JSON with what it found, and exits non-zero with the reason on the first thing that is not as it should be.

import assert from 'node:assert/strict';
import kafkajs from '@kafkajs/confluent-schema-registry';

const { COMPATIBILITY, SchemaRegistry, SchemaType } = kafkajs;
const url = process.argv[2];
const host = { host: url, retry: { retries: 0 } };
const registry = new SchemaRegistry(host);
const fresh = () => new SchemaRegistry(host);
const order = (...more) => JSON.stringify({
  type: 'record', name: 'Order', namespace: 'js', fields: [{ name: 'id', type: 'string' }, ...more],
});
const avro = (schema) => ({ type: SchemaType.AVRO, schema });
const note = { name: 'note', type: ['null', 'string'], default: null };
const must = { name: 'must', type: 'string' };
const done = {};

async function bare(method, path, body) {
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

// Registering sets the subject's level, too: the client asks for it first and knows the 404 of a subject without one.
const first = await registry.register(avro(order()), { subject: 'js-orders', compatibility: COMPATIBILITY.BACKWARD });
assert.ok(first.id > 0);
assert.equal((await bare('GET', '/config/js-orders')).body.compatibilityLevel, 'BACKWARD');
assert.equal((await fresh().register(avro(order()), { subject: 'js-orders' })).id, first.id);
await assert.rejects(
  () => fresh().register(avro(order()), { subject: 'js-orders', compatibility: COMPATIBILITY.FULL }), /compatibility/i);
assert.equal(await fresh().getRegistryId('js-orders', 1), first.id);
assert.equal(await fresh().getLatestSchemaId('js-orders'), first.id);
assert.equal(await fresh().getRegistryIdBySchema('js-orders', avro(order())), first.id);
await assert.rejects(() => fresh().getLatestSchemaId('nobody'), /Subject 'nobody' not found/);
await assert.rejects(() => fresh().getRegistryIdBySchema('js-orders', avro(order(must))), /not found/);
done.ids = first.id;

// Evolving, and the check before it.
const check = (schema) => bare('POST', '/compatibility/subjects/js-orders/versions/latest', { schema });
assert.deepEqual((await check(order(note))).body, { is_compatible: true });
assert.deepEqual((await check(order(must))).body, { is_compatible: false });
await assert.rejects(() => fresh().register(avro(order(must)), { subject: 'js-orders' }), /incompatible/i);
const second = await fresh().register(avro(order(note)), { subject: 'js-orders' });
assert.ok(second.id > first.id);
done.evolved = second.id;

// Values: written by one, read by another, with the schema that wrote them and with an older one.
const message = await registry.encode(second.id, { id: 'ORD-1', note: 'x' });
assert.equal(message[0], 0);
assert.equal(message.readInt32BE(1), second.id);
assert.deepEqual({ ...(await fresh().decode(message)) }, { id: 'ORD-1', note: 'x' });
const reader = { [SchemaType.AVRO]: { readerSchema: JSON.parse(order()) } };
assert.deepEqual({ ...(await fresh().decode(message, reader)) }, { id: 'ORD-1' });
await assert.rejects(() => fresh().decode(Buffer.from([0, 0, 1, 0, 0, 0])), /Schema 65536 not found/);
done.avro = message.toString('hex');

// JSON Schema, with a reference.
const part = JSON.stringify({ $id: 'js-part', type: 'object', properties: { seats: { type: 'integer' } } });
const whole = JSON.stringify({ $id: 'js-whole', type: 'object', properties: { part: { $ref: 'js-part' } } });
await registry.register({ type: SchemaType.JSON, schema: part }, { subject: 'js-part' });
const json = { type: SchemaType.JSON, schema: whole, references: [{ name: 'js-part', subject: 'js-part', version: 1 }] };
const { id } = await registry.register(json, { subject: 'js-whole' });
const ticket = await registry.encode(id, { part: { seats: 2 } });
assert.deepEqual(await fresh().decode(ticket), { part: { seats: 2 } });
await assert.rejects(() => fresh().encode(id, { part: { seats: 'two' } }));
done.json = ticket.toString('hex');

// Deleting: the client has no call for it, and finds nothing afterwards.
assert.deepEqual(await bare('DELETE', '/subjects/js-part'), {
  status: 422,
  body: {
    error_code: 42206,
    message: 'One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=js-part,version=1}.',
  },
});
assert.deepEqual((await bare('DELETE', '/subjects/js-orders')).body, [1, 2]);
await assert.rejects(() => fresh().getLatestSchemaId('js-orders'), /not found/);
assert.deepEqual({ ...(await fresh().decode(message)) }, { id: 'ORD-1', note: 'x' }, 'ids outlive a soft deletion');
done.deleted = true;

console.log(JSON.stringify(done));
