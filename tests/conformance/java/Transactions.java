import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/** What Kafka's Admin says of a transaction while it is open and when it has ended. */
public class Transactions {
    static final String STRING = "org.apache.kafka.common.serialization.String";

    public static void main(String[] args) throws Exception {
        String bootstrap = args[0], topic = args[1], id = args[2];
        var at = new TopicPartition(topic, 0);
        try (var producer = new KafkaProducer<String, String>(Map.of(
                        "bootstrap.servers", bootstrap, "transactional.id", id, "key.serializer", STRING + "Serializer", "value.serializer", STRING + "Serializer"));
                var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap))) {
            producer.initTransactions();
            producer.beginTransaction();
            long first = producer.send(new ProducerRecord<>(topic, 0, null, "a")).get().offset();
            producer.send(new ProducerRecord<>(topic, 0, null, "b")).get();
            var of = admin.describeTransactions(List.of(id)).description(id).get();
            System.out.println(of.state() + " " + of.topicPartitions().contains(at) + " " + of.topicPartitions().size() + " "
                    + of.transactionTimeoutMs() + " " + of.transactionStartTimeMs().isPresent());
            var open = new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING));
            var listed = admin.listTransactions(open).all().get().stream().filter(t -> t.transactionalId().equals(id)).toList();
            System.out.println(listed.size() + " listed " + (listed.get(0).producerId() == of.producerId()));
            var active = admin.describeProducers(List.of(at)).partitionResult(at).get().activeProducers();
            var one = active.stream().filter(p -> p.producerId() == of.producerId()).findFirst().get();
            System.out.println("sequence " + one.lastSequence() + " open " + (one.currentTransactionStartOffset().getAsLong() == first));
            producer.commitTransaction();
            while (admin.describeTransactions(List.of(id)).description(id).get().state() != TransactionState.COMPLETE_COMMIT) {
                Thread.sleep(20);
            }
            active = admin.describeProducers(List.of(at)).partitionResult(at).get().activeProducers();
            one = active.stream().filter(p -> p.producerId() == of.producerId()).findFirst().get();
            listed = admin.listTransactions(open).all().get().stream().filter(t -> t.transactionalId().equals(id)).toList();
            System.out.println("ended " + one.currentTransactionStartOffset().isPresent() + " " + listed.size());
            try {
                admin.describeTransactions(List.of(id + ".none")).description(id + ".none").get();
            } catch (java.util.concurrent.ExecutionException e) {
                System.out.println(e.getCause() instanceof TransactionalIdNotFoundException);
            }
        }
    }
}
