// Writes, reads in a group and answers each record within a transaction, the first of which it takes back for every second record; then reads,
// and commits, what came of it. Prints what it read. What belongs to a transaction that is taken back franz-go reads again.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

const count = 6

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// broker says where it is, and what the environment says of who we are (`MECHANISM USER PASSWORD`), and of whose certificate it has.
func broker(bootstrap string) []kgo.Opt {
	opts := []kgo.Opt{kgo.SeedBrokers(bootstrap)}
	if who := strings.Fields(os.Getenv("TOPIKA_SASL")); len(who) == 3 {
		auth := scram.Auth{User: who[1], Pass: who[2]}
		opts = append(opts, kgo.SASL(map[string]sasl.Mechanism{
			"PLAIN":         plain.Auth{User: who[1], Pass: who[2]}.AsMechanism(),
			"SCRAM-SHA-256": auth.AsSha256Mechanism(),
			"SCRAM-SHA-512": auth.AsSha512Mechanism(),
		}[who[0]]))
	}
	if path, there := os.LookupEnv("TOPIKA_CA"); there {
		pem, err := os.ReadFile(path)
		must(err)
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		opts = append(opts, kgo.DialTLSConfig(&tls.Config{RootCAs: pool}))
	}
	return opts
}

// next waits for one record.
func next(ctx context.Context, poll func(context.Context, int) kgo.Fetches) *kgo.Record {
	for {
		fetches := poll(ctx, 1)
		must(fetches.Err0())
		for _, failed := range fetches.Errors() {
			must(failed.Err)
		}
		if records := fetches.Records(); len(records) == 1 {
			return records[0]
		}
	}
}

func reads(group, topic string) []kgo.Opt {
	return []kgo.Opt{
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.DisableAutoCommit(),
	}
}

func main() {
	bootstrap, source, target, name := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	at := broker(bootstrap)

	writer, err := kgo.NewClient(at...)
	must(err)
	for number := range count {
		record := &kgo.Record{Topic: source, Key: []byte("key"), Value: fmt.Appendf(nil, "v%d", number)}
		must(writer.ProduceSync(ctx, record).FirstErr())
	}
	writer.Close()

	session, err := kgo.NewGroupTransactSession(append(append(reads(name, source), at...), kgo.TransactionalID(name), kgo.RequireStableFetchOffsets())...)
	must(err)
	last := ""
	for committed := 0; committed < count; {
		record := next(ctx, session.PollRecords)
		value := string(record.Value)
		must(session.Begin())
		must(session.ProduceSync(ctx, &kgo.Record{Topic: target, Key: record.Key, Value: record.Value}).FirstErr())
		takeBack := committed%2 == 1 && value != last
		ended, err := session.End(ctx, kgo.TransactionEndTry(!takeBack))
		must(err)
		if ended {
			committed++
		}
		last = value
		fmt.Println(value)
	}
	session.Close()

	reader, err := kgo.NewClient(append(reads(name+".reader", target), at...)...)
	must(err)
	for range count {
		record := next(ctx, reader.PollRecords)
		must(reader.CommitRecords(ctx, record))
		fmt.Println(string(record.Value))
	}
	reader.Close()
}
