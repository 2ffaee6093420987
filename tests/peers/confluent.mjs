// Confluent's npm client as the other side of every message; what goes in and comes out is told in peer.py.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  AvroDeserializer, AvroSerializer, HeaderSchemaIdSerializer, JsonDeserializer, JsonSerializer, PrefixSchemaIdSerializer,
  SchemaRegistryClient, SerdeType,
} from '@confluentinc/schemaregistry';

const given = JSON.parse(readFileSync(0, 'utf8'));
const client = new SchemaRegistryClient({ baseURLs: [given.registry], cacheCapacity: 100 });
const NAMED = { prefix: PrefixSchemaIdSerializer, header: HeaderSchemaIdSerializer };
const SIDES = [['key', SerdeType.KEY], ['value', SerdeType.VALUE]];

// Of formats its validator knows none by itself.
const CHECKED = { validate: true, validateFormats: false };

function reader(side, type) {
  if (side.format === 'string') return { deserialize: async (_topic, bytes) => bytes.toString('utf8') };
  const conf = { subjectNameStrategy: () => side.subject };
  return side.format === 'avro' ? new AvroDeserializer(client, type, conf) : new JsonDeserializer(client, type, { ...conf, ...CHECKED });
}

function writer(side, type, named) {
  if (side.format === 'string') return { serialize: async (_topic, text) => Buffer.from(text) };
  const conf = {
    autoRegisterSchemas: false, useLatestVersion: true, subjectNameStrategy: () => side.subject, schemaIdSerializer: NAMED[named],
  };
  return side.format === 'avro' ? new AvroSerializer(client, type, conf) : new JsonSerializer(client, type, { ...conf, ...CHECKED });
}

const answers = [];
for (const one of given.cases) {
  const read = [];
  let values;
  for (const message of one.messages) {
    const headers = Object.fromEntries(message.headers.map(([name, value]) => [name, Buffer.from(value, 'hex')]));
    const found = {};
    for (const [side, type] of SIDES) {
      found[side] = await reader(one[side], type).deserialize(one.topic, Buffer.from(message[side], 'hex'), headers);
    }
    values ??= found;
    // As JSON: each reader makes classes of its own.
    assert.equal(JSON.stringify(found), JSON.stringify(values), `${one.topic}: ${message.framing}`);
    read.push(String(found.value[one.shows]));
  }
  const written = [];
  for (const named of one.writes) {
    const headers = {};
    const made = {};
    for (const [side, type] of SIDES) {
      made[side] = (await writer(one[side], type, named).serialize(one.topic, values[side], headers)).toString('hex');
    }
    written.push({ ...made, headers: Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('hex')]) });
  }
  answers.push({ read, written });
}
console.log(JSON.stringify(answers));
