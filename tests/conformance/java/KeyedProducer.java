import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends a message under each key and prints the partitions. Arguments: bootstrap address, topic, keys in hex. */
public class KeyedProducer {
    public static void main(String[] args) throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", args[0]);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int at = 2; at < args.length; at++) {
                byte[] key = HexFormat.of().parseHex(args[at].substring(1));
                sent.add(producer.send(new ProducerRecord<>(args[1], key, new byte[0])));
            }
            for (var future : sent) {
                System.out.println(future.get().partition());
            }
        }
    }
}
