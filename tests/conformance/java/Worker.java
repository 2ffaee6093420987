import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes, reads in a group and answers each record within a transaction, every second one of which it takes back; then reads, and commits, what
 * came of it. Prints what it read.
 */
public class Worker {
    static final String STRING = "org.apache.kafka.common.serialization.String";

    /** Settings, with what the environment says of who we are (`MECHANISM USER PASSWORD`), and of whose certificate the broker has. */
    static Map<String, Object> secured(Map<String, Object> settings) {
        String sasl = System.getenv("TOPIKA_SASL"), authority = System.getenv("TOPIKA_CA");
        var all = new HashMap<>(settings);
        all.put("security.protocol", (sasl == null ? "" : "SASL_") + (authority == null ? "PLAINTEXT" : "SSL"));
        if (sasl != null) {
            String[] who = sasl.split(" ");
            String module = who[0].equals("PLAIN") ? "plain.Plain" : "scram.Scram";
            all.put("sasl.mechanism", who[0]);
            all.put("sasl.jaas.config", "org.apache.kafka.common.security." + module + "LoginModule required username=\"" + who[1]
                    + "\" password=\"" + who[2] + "\";");
        }
        if (authority != null) {
            all.put("ssl.truststore.type", "PEM");
            all.put("ssl.truststore.location", authority);
        }
        return all;
    }

    public static void main(String[] args) {
        String bootstrap = args[0], in = args[1], out = args[2], name = args[3];
        int count = 6;
        try (var producer = new KafkaProducer<String, String>(secured(Map.of(
                "bootstrap.servers", bootstrap, "key.serializer", STRING + "Serializer", "value.serializer", STRING + "Serializer")))) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(in, "key", "v" + i));
            }
            producer.flush();
        }
        Map<String, Object> reads = secured(Map.of(
                "bootstrap.servers", bootstrap, "group.id", name, "enable.auto.commit", "false", "auto.offset.reset", "earliest",
                "isolation.level", "read_committed", "max.poll.records", "1",
                "key.deserializer", STRING + "Deserializer", "value.deserializer", STRING + "Deserializer"));
        try (var consumer = new KafkaConsumer<String, String>(reads);
                var producer = new KafkaProducer<String, String>(secured(Map.of(
                        "bootstrap.servers", bootstrap, "transactional.id", name,
                        "key.serializer", STRING + "Serializer", "value.serializer", STRING + "Serializer")))) {
            producer.initTransactions();
            consumer.subscribe(List.of(in));
            int read = 0;
            while (read < count) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(10))) {
                    producer.beginTransaction();
                    producer.send(new ProducerRecord<>(out, record.key(), record.value()));
                    var at = new TopicPartition(record.topic(), record.partition());
                    producer.sendOffsetsToTransaction(Map.of(at, new OffsetAndMetadata(record.offset() + 1)), consumer.groupMetadata());
                    // What was not sent before it is taken back never will be.
                    producer.flush();
                    if (read % 2 == 0) {
                        producer.commitTransaction();
                    } else {
                        producer.abortTransaction();
                    }
                    read++;
                    System.out.println(record.value());
                }
            }
        }
        reads.put("group.id", name + ".reader");
        try (var consumer = new KafkaConsumer<String, String>(reads)) {
            consumer.subscribe(List.of(out));
            int read = 0;
            while (read < count / 2) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(10))) {
                    var at = new TopicPartition(record.topic(), record.partition());
                    consumer.commitSync(Map.of(at, new OffsetAndMetadata(record.offset() + 1)));
                    read++;
                    System.out.println(record.value());
                }
            }
        }
    }
}
