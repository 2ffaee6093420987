// KafkaJS's npm client as the other side of every message; what goes in and comes out is told in peer.py. It goes by ids alone.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import kafkajs from '@kafkajs/confluent-schema-registry';
import Ajv2020 from 'ajv/dist/2020.js';

const given = JSON.parse(readFileSync(0, 'utf8'));
// Of itself it knows draft 7 of JSON Schema alone, and no format.
const ajvInstance = new Ajv2020.default({ strict: false, validateFormats: false });
ajvInstance.addMetaSchema(createRequire(import.meta.url)('ajv/dist/refs/json-schema-draft-07.json'));
const options = { [kafkajs.SchemaType.JSON]: { ajvInstance } };
const registry = new kafkajs.SchemaRegistry({ host: given.registry, retry: { retries: 0 } }, options);

const answers = [];
for (const one of given.cases) {
  const decode = (side, bytes) => (one[side].format === 'string' ? bytes.toString('utf8') : registry.decode(bytes));
  const read = [];
  let values;
  for (const message of one.messages) {
    const found = {};
    for (const side of ['key', 'value']) found[side] = await decode(side, Buffer.from(message[side], 'hex'));
    values ??= found;
    assert.deepEqual(found, values, `${one.topic}: ${message.framing}`);
    read.push(String(found.value[one.shows]));
  }
  const written = [];
  for (const named of one.writes) {
    assert.equal(named, 'prefix');
    const made = {};
    for (const side of ['key', 'value']) {
      const { format, subject } = one[side];
      const bytes = format === 'string'
        ? Buffer.from(values[side]) : await registry.encode(await registry.getLatestSchemaId(subject), values[side]);
      made[side] = bytes.toString('hex');
    }
    written.push({ ...made, headers: [] });
  }
  answers.push({ read, written });
}
console.log(JSON.stringify(answers));
