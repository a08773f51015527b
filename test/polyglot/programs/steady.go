// Submits without a pause until SIGTERM, without any retry of its own, and says how it went.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"baton.example/go/dispatchers"
	baton "baton.example/go/gen/baton/v1"
)

const interval = 20 * time.Millisecond

type report struct {
	Calls        int      `json:"calls"`
	LongestGapMs int64    `json:"longestGapMs"`
	Errors       []string `json:"errors"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	policy := map[string]string{"pick_first": `{"pick_first": {}}`, "round_robin": dispatchers.InTurns}
	// Back soon at a dispatcher that was restarted: see docs/operations.md.
	wait := backoff.Config{BaseDelay: 200 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second}
	connection, err := dispatchers.Connect(os.Getenv("BATON_ADDRESS"), policy[os.Getenv("BATON_POLICY")],
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: wait, MinConnectTimeout: time.Second}))
	if err != nil {
		panic(err)
	}
	client := baton.NewTaskServiceClient(connection)
	var lock sync.Mutex
	var calls sync.WaitGroup
	seen := report{Errors: []string{}}
	last := time.Now()
	call := func() {
		spec := &baton.TaskSpec{Queue: os.Getenv("BATON_QUEUE"), Type: "echo", RequestId: rand.Text()}
		limit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		submitted, err := client.Submit(limit, &baton.SubmitRequest{Task: spec})
		if err == nil {
			_, err = client.Get(limit, &baton.GetRequest{TaskId: submitted.Receipt.TaskId})
		}
		lock.Lock()
		defer lock.Unlock()
		if err != nil {
			seen.Errors = append(seen.Errors, err.Error())
			return
		}
		seen.Calls++
		seen.LongestGapMs = max(seen.LongestGapMs, time.Since(last).Milliseconds())
		last = time.Now()
	}
	call()
	seen.LongestGapMs = 0
	fmt.Println("ready")
	ticker := time.NewTicker(interval)
	for ctx.Err() == nil {
		<-ticker.C
		calls.Go(call)
	}
	calls.Wait()
	text, _ := json.Marshal(seen)
	fmt.Println("report", string(text))
}
