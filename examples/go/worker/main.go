// The worker program: its handlers, and what it is told by its environment.
package main

import (
	"bytes"
	"cmp"
	"context"
	"log"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"baton.example/go/dispatchers"
	baton "baton.example/go/gen/baton/v1"
	"baton.example/go/tracing"
)

var handlers = map[string]Handler{
	"echo":  func(_ context.Context, task *baton.GrantedTask) ([]byte, error) { return task.Payload, nil },
	"sleep": sleep,
	"fail":  failAsAsked,
	"trace": func(ctx context.Context, _ *baton.GrantedTask) ([]byte, error) {
		return []byte(tracing.Headers(ctx)["traceparent"]), nil
	},
	"bytes": func(_ context.Context, task *baton.GrantedTask) ([]byte, error) {
		count, err := strconv.Atoi(string(task.Payload))
		return bytes.Repeat([]byte{0}, max(count, 0)), err
	},
}

func sleep(ctx context.Context, task *baton.GrantedTask) ([]byte, error) {
	ms, err := strconv.Atoi(string(task.Payload))
	if err != nil {
		return nil, err
	}
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		return []byte("slept"), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func failAsAsked(_ context.Context, task *baton.GrantedTask) ([]byte, error) {
	failureType, nonRetryable := strings.CutPrefix(string(task.Payload), "!")
	return nil, &TaskError{Type: failureType, Message: "asked to fail", NonRetryable: nonRetryable}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := work(ctx); err != nil {
		log.Fatal(err)
	}
}

func work(ctx context.Context) error {
	concurrency, err := strconv.Atoi(cmp.Or(os.Getenv("BATON_CONCURRENCY"), "4"))
	if err != nil {
		return err
	}
	flush, err := tracing.Start(context.Background(), "baton-example-go")
	if err != nil {
		return err
	}
	connection, err := dispatchers.Connect(
		cmp.Or(os.Getenv("BATON_ADDRESS"), "127.0.0.1:7400"), dispatchers.AnyOne,
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(8<<20)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: firstBackoff, Multiplier: 2, Jitter: 0.5, MaxDelay: lastBackoff},
			MinConnectTimeout: lastBackoff,
		}))
	if err != nil {
		return err
	}
	defer connection.Close()
	client := baton.NewWorkerServiceClient(connection)
	NewWorker(client, cmp.Or(os.Getenv("BATON_QUEUE"), "demo"), handlers, concurrency).Run(ctx)
	return flush(context.Background())
}
