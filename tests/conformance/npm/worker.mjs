// Writes, reads in a group and answers each record within a transaction, every second one of which it takes back; then reads, and commits, what
// came of it. Prints what it read.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [clients, bootstrap, source, target, name] = process.argv.slice(2);
const { Kafka, Partitioners, logLevel } = createRequire(`${clients}/package.json`)("kafkajs");

// What the environment says of who we are (`MECHANISM USER PASSWORD`), and of whose certificate the broker has.
const { TOPIKA_SASL, TOPIKA_CA } = process.env;
const [mechanism, username, password] = TOPIKA_SASL?.split(" ") ?? [];
const sasl = mechanism && { mechanism: mechanism.toLowerCase(), username, password };
const ssl = TOPIKA_CA && { ca: [readFileSync(TOPIKA_CA)] };

const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR, sasl, ssl });
const createPartitioner = Partitioners.DefaultPartitioner;
const count = 6;

/** Hands the next records of a topic to `each`, one behind the other. */
async function read(groupId, topic, count, each) {
    const consumer = kafka.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    let read = 0;
    await new Promise((done, failed) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => failed(payload.error));
        const eachMessage = async ({ topic, partition, message }) => {
            if (read === count) return;
            const offset = String(BigInt(message.offset) + 1n);
            await each(consumer, message, read, { topic, partition, offset });
            console.log(message.value.toString());
            read += 1;
            if (read === count) done();
        };
        consumer.run({ autoCommit: false, eachMessage }).catch(failed);
    });
    await consumer.disconnect();
}

const writer = kafka.producer({ createPartitioner });
await writer.connect();
const messages = Array.from({ length: count }, (_, number) => ({ key: "key", value: `v${number}` }));
await writer.send({ topic: source, messages });
await writer.disconnect();

const worker = kafka.producer({ createPartitioner, transactionalId: name, idempotent: true, maxInFlightRequests: 1 });
await worker.connect();
await read(name, source, count, async (_, { key, value }, number, { topic, partition, offset }) => {
    const transaction = await worker.transaction();
    await transaction.send({ topic: target, messages: [{ key, value }] });
    await transaction.sendOffsets({ consumerGroupId: name, topics: [{ topic, partitions: [{ partition, offset }] }] });
    await (number % 2 === 0 ? transaction.commit() : transaction.abort());
});
await worker.disconnect();

await read(`${name}.reader`, target, count / 2, (consumer, _message, _number, behind) => consumer.commitOffsets([behind]));
