// Writes, reads in a group and answers each record within a transaction, the first of which it takes back for every second record; then reads,
// and commits, what came of it. Prints what it read. What belongs to a transaction that is taken back franz-go reads again.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const count = 6

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
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
	seeds := kgo.SeedBrokers(bootstrap)

	writer, err := kgo.NewClient(seeds)
	must(err)
	for number := range count {
		record := &kgo.Record{Topic: source, Key: []byte("key"), Value: fmt.Appendf(nil, "v%d", number)}
		must(writer.ProduceSync(ctx, record).FirstErr())
	}
	writer.Close()

	session, err := kgo.NewGroupTransactSession(append(reads(name, source), seeds, kgo.TransactionalID(name), kgo.RequireStableFetchOffsets())...)
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

	reader, err := kgo.NewClient(append(reads(name+".reader", target), seeds)...)
	must(err)
	for range count {
		record := next(ctx, reader.PollRecords)
		must(reader.CommitRecords(ctx, record))
		fmt.Println(string(record.Value))
	}
	reader.Close()
}
