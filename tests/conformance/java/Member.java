import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Members of a group of the consumer protocol, and what Kafka's Admin says of it. Prints what came of it. */
public class Member {
    static final String STRING = "org.apache.kafka.common.serialization.String";

    static KafkaConsumer<String, String> member(String bootstrap, String group) {
        return new KafkaConsumer<>(new HashMap<>(Map.of(
                "bootstrap.servers", bootstrap, "group.id", group, "group.protocol", "consumer",
                "enable.auto.commit", "false", "auto.offset.reset", "earliest",
                "key.deserializer", STRING + "Deserializer", "value.deserializer", STRING + "Deserializer")));
    }

    static void send(KafkaProducer<String, String> producer, String topic, int partition, int count) {
        for (int i = 0; i < count; i++) {
            producer.send(new ProducerRecord<>(topic, partition, null, "v" + i));
        }
        producer.flush();
    }

    public static void main(String[] args) throws Exception {
        String bootstrap = args[0], topic = args[1], group = args[2], pattern = args[3];
        try (var producer = new KafkaProducer<String, String>(Map.of(
                        "bootstrap.servers", bootstrap, "key.serializer", STRING + "Serializer", "value.serializer", STRING + "Serializer"));
                var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap));
                var one = member(bootstrap, group)) {
            one.subscribe(List.of(topic));
            try (var other = member(bootstrap, group)) {
                other.subscribe(List.of(topic));
                while (one.assignment().size() != 1 || other.assignment().size() != 1) {
                    one.poll(Duration.ofMillis(50));
                    other.poll(Duration.ofMillis(50));
                }
                send(producer, topic, 0, 3);
                send(producer, topic, 1, 3);
                int read = 0;
                while (read < 6) {
                    read += one.poll(Duration.ofMillis(50)).count() + other.poll(Duration.ofMillis(50)).count();
                }
                one.commitSync();
                other.commitSync();
                System.out.println("both read " + read);
                var of = admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
                var has = of.members().stream().map(m -> m.assignment().topicPartitions().size()).toList();
                int target = of.members().stream().mapToInt(m -> m.targetAssignment().get().topicPartitions().size()).sum();
                System.out.println("type " + of.type() + " state " + of.groupState() + " members " + has.size() + " with " + has.get(0) + " and "
                        + has.get(1) + " partitions of the target " + target);
                var listed = admin.listGroups().all().get().stream().filter(g -> g.groupId().equals(group)).findFirst().get();
                System.out.println("listed " + listed.type());
            }
            while (one.assignment().size() != 2) {
                one.poll(Duration.ofMillis(50));
            }
            send(producer, topic, 0, 1);
            send(producer, topic, 1, 1);
            int read = 0;
            while (read < 2) {
                read += one.poll(Duration.ofMillis(50)).count();
            }
            one.commitSync();
            System.out.println("alone read " + read);
            try (var other = member(bootstrap, group + ".pattern")) {
                other.subscribe(new SubscriptionPattern(pattern));
                read = 0;
                while (read < 8) {
                    read += other.poll(Duration.ofMillis(50)).count();
                }
                System.out.println("pattern read " + read);
            }
        }
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap))) {
            admin.deleteConsumerGroups(List.of(group)).all().get();
            System.out.println("deleted");
        }
    }
}
