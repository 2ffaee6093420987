// Confluent's npm client against a registry: `node confluent.mjs <url>`.
//
// Prints one line of JSON with what it found, and exits non-zero with the reason on the first thing that is not as it should be.

import assert from 'node:assert/strict';
import {
  AvroDeserializer, AvroSerializer, Compatibility, JsonDeserializer, JsonSerializer, SchemaRegistryClient, SerdeType,
} from '@confluentinc/schemaregistry';

const url = process.argv[2];
const client = new SchemaRegistryClient({ baseURLs: [url], cacheCapacity: 100 });
const MONEY = JSON.stringify({ type: 'record', name: 'Money', namespace: 'types', fields: [{ name: 'cents', type: 'long' }] });
const order = (...more) => JSON.stringify({
  type: 'record', name: 'Order', namespace: 'shop',
  fields: [{ name: 'id', type: 'string' }, { name: 'total', type: 'types.Money' }, ...more],
});
const TICKET = JSON.stringify({
  $schema: 'http://json-schema.org/draft-07/schema#', title: 'Ticket', type: 'object',
  properties: { id: { type: 'string' }, seats: { type: 'integer' } }, required: ['id'],
});
const references = [{ name: 'types.Money', subject: 'types.Money', version: 1 }];
const avro = (schema, more = {}) => ({ schema, schemaType: 'AVRO', references, ...more });

async function refused(what, codes, call) {
  try {
    await call();
  } catch (error) {
    assert.ok(codes.includes(error.errorCode), `${what}: expected one of ${codes}, found ${error.errorCode}: ${error.message}`);
    return error.message;
  }
  throw new Error(`${what}: expected one of ${codes}, and it was accepted`);
}

const done = {};

// Registering and looking up.
await client.register('types.Money', { schema: MONEY, schemaType: 'AVRO' });
const first = await client.registerFullResponse('npm-orders-value', avro(order()));
assert.equal(first.version, 1);
assert.equal(await client.getId('npm-orders-value', avro(order())), first.id);
const byId = await client.getBySubjectAndId('npm-orders-value', first.id);
assert.deepEqual(JSON.parse(byId.schema), JSON.parse(order()));
assert.deepEqual(byId.references, references);
const byGuid = await client.getByGuid(first.guid);
assert.equal(byGuid.schema, byId.schema);
assert.equal(await client.getVersion('npm-orders-value', avro(order())), 1);
assert.deepEqual(await client.getAllVersions('npm-orders-value'), [1]);
assert.ok((await client.getAllSubjects()).includes('npm-orders-value'));
await refused('no such subject', [40401], () => client.getLatestSchemaMetadata('nobody'));
done.ids = first.id;

// Evolving.
const note = { name: 'note', type: ['null', 'string'], default: null };
const must = { name: 'must', type: 'string' };
assert.equal(await client.testSubjectCompatibility('npm-orders-value', avro(order(note))), true);
assert.equal(await client.testCompatibility('npm-orders-value', 1, avro(order(must))), false);
const said = await refused('an incompatible schema', [409, 40901], () => client.register('npm-orders-value', avro(order(must))));
assert.match(said, /incompatible/i);
await client.register('npm-orders-value', avro(order(note)));
assert.equal((await client.getLatestSchemaMetadata('npm-orders-value')).version, 2);
assert.equal((await client.getSchemaMetadata('npm-orders-value', 1)).id, first.id);
done.evolved = true;

// Settings.
await client.updateCompatibility('npm-orders-value', Compatibility.FULL);
assert.equal(await client.getCompatibility('npm-orders-value'), 'FULL');
await client.updateConfig('npm-orders-value', { compatibility: 'NONE', defaultMetadata: { properties: { team: 'kitchen' } } });
const config = await client.getConfig('npm-orders-value');
assert.equal(config.compatibilityLevel, 'NONE');
assert.deepEqual(config.defaultMetadata.properties, { team: 'kitchen' });
await client.updateDefaultCompatibility(Compatibility.BACKWARD);
assert.equal(await client.getDefaultCompatibility(), 'BACKWARD');
const owned = await client.registerFullResponse('npm-orders-value', avro(order(must)));
assert.deepEqual(owned.metadata.properties, { team: 'kitchen' });
const found = await client.getLatestWithMetadata('npm-orders-value', { team: 'kitchen' });
assert.equal(found.version, 3);
done.settings = true;

// Values.
const value = { id: 'ORD-1', total: { cents: 1250 }, must: 'x' };
const toAvro = new AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true });
const bytes = await toAvro.serialize('npm-orders', value);
assert.equal(bytes[0], 0);
assert.deepEqual({ ...(await new AvroDeserializer(client, SerdeType.VALUE, {}).deserialize('npm-orders', bytes)) }.id, 'ORD-1');
await client.register('npm-tickets-value', { schema: TICKET, schemaType: 'JSON' });
const toJson = new JsonSerializer(client, SerdeType.VALUE, { useLatestVersion: true, validate: true });
const ticket = await toJson.serialize('npm-tickets', { id: 'T-1', seats: 2 });
assert.deepEqual(await new JsonDeserializer(client, SerdeType.VALUE, {}).deserialize('npm-tickets', ticket), { id: 'T-1', seats: 2 });
await assert.rejects(() => toJson.serialize('npm-tickets', { id: 'T-1', seats: 'two' }));
done.values = true;

// Deleting.
await refused('what is referred to', [42206], () => client.deleteSubjectVersion('types.Money', 1));
assert.deepEqual(await client.deleteSubject('npm-tickets-value'), [1]);
assert.deepEqual(await client.deleteSubject('npm-tickets-value', true), [1]);
assert.equal(await client.deleteSubjectVersion('npm-orders-value', 3), 3);
assert.deepEqual(await client.getAllVersions('npm-orders-value'), [1, 2]);
done.deleted = true;

// A context.
const inContext = new SchemaRegistryClient({ baseURLs: [`${url}/contexts/.npm`], cacheCapacity: 100 });
assert.equal(await inContext.register('s', { schema: '"string"', schemaType: 'AVRO' }), 1);
assert.deepEqual(await inContext.getAllSubjects(), [':.npm:s']);
done.context = true;

console.log(JSON.stringify(done));
