// Submits a task and waits for its result: submit [TYPE PAYLOAD].
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"baton.example/go/dispatchers"
	baton "baton.example/go/gen/baton/v1"
	"baton.example/go/tracing"
)

const (
	attempts = 5
	waitFor  = 30 * time.Second
)

// submit stores a task, in a span that the worker's will hang under, and returns its id.
func submit(ctx context.Context, client baton.TaskServiceClient, queue, taskType string, payload []byte) (string, error) {
	ctx, span := tracing.StartSend(ctx, queue, taskType)
	defer span.End()
	spec := &baton.TaskSpec{
		Queue: queue, Type: taskType, Payload: payload, Headers: tracing.Headers(ctx),
		// Makes it safe to submit again where the answer was lost.
		RequestId: rand.Text(),
	}
	for attempt := 1; ; attempt++ {
		call, cancel := context.WithTimeout(ctx, 5*time.Second)
		response, err := client.Submit(call, &baton.SubmitRequest{Task: spec})
		cancel()
		if err == nil {
			return response.Receipt.TaskId, nil
		}
		if status.Code(err) != codes.Unavailable || attempt == attempts {
			return "", err
		}
	}
}

func run(ctx context.Context, taskType, payload string) error {
	flush, err := tracing.Start(ctx, "baton-example-go-submit")
	if err != nil {
		return err
	}
	connection, err := dispatchers.Connect(
		cmp.Or(os.Getenv("BATON_ADDRESS"), "127.0.0.1:7400"), dispatchers.InTurns)
	if err != nil {
		return err
	}
	defer connection.Close()
	client := baton.NewTaskServiceClient(connection)
	taskID, err := submit(ctx, client, cmp.Or(os.Getenv("BATON_QUEUE"), "demo"), taskType, []byte(payload))
	if err != nil {
		return err
	}
	response, err := client.Await(ctx, &baton.AwaitRequest{TaskId: taskID})
	if err != nil {
		return err
	}
	fmt.Println(taskID, response.Task.State, string(response.Task.GetResult().GetValue()))
	return flush(ctx)
}

func main() {
	taskType, payload := "echo", "hello"
	if len(os.Args) == 3 {
		taskType, payload = os.Args[1], os.Args[2]
	}
	ctx, cancel := context.WithTimeout(context.Background(), waitFor)
	defer cancel()
	if err := run(ctx, taskType, payload); err != nil {
		log.Fatal(err)
	}
}
