package main

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/codes"

	baton "baton.example/go/gen/baton/v1"
	"baton.example/go/tracing"
)

// A Handler runs a task; its context ends when the work is no longer wanted.
type Handler func(ctx context.Context, task *baton.GrantedTask) ([]byte, error)

// A TaskError fails an attempt with a type of the handler's choice.
type TaskError struct {
	Type, Message string
	NonRetryable  bool
}

func (e *TaskError) Error() string { return e.Message }

type attempt struct {
	lease     *baton.LeaseRef
	cancel    context.CancelFunc
	givesBack bool // Whether the task is released once its handler has stopped.
}

// keyOf names a lease in the maps and on standard output.
func keyOf(lease *baton.LeaseRef) string {
	return fmt.Sprint(lease.GetTaskId(), " ", lease.GetLeaseToken())
}

// run calls a handler in a span under the submitter's and returns what to settle.
func run(ctx context.Context, handler Handler, task *baton.GrantedTask, maxBytes int) *baton.Settlement {
	ctx, span := tracing.StartProcess(ctx, task)
	defer span.End()
	value, err := handler(ctx, task)
	if err == nil && len(value) > maxBytes {
		err = &TaskError{"ResultTooLarge", fmt.Sprintf("the result has %d bytes", len(value)), true}
	}
	if err == nil {
		result := &baton.TaskResult{Value: value, ContentType: task.ContentType}
		return &baton.Settlement{Outcome: &baton.Settlement_Complete{Complete: &baton.Complete{Result: result}}}
	}
	span.SetStatus(codes.Error, err.Error())
	failure := &TaskError{Type: fmt.Sprintf("%T", err)}
	errors.As(err, &failure)
	return &baton.Settlement{Outcome: fail(failure.Type, err.Error(), failure.NonRetryable)}
}

func release(reason string) *baton.Settlement_Release {
	return &baton.Settlement_Release{Release: &baton.Release{Reason: reason}}
}

func fail(failureType, message string, nonRetryable bool) *baton.Settlement_Fail {
	failure := &baton.Failure{Type: failureType, Message: message}
	return &baton.Settlement_Fail{Fail: &baton.Fail{Failure: failure, NonRetryable: nonRetryable}}
}
