package main

import (
	"context"
	"time"

	baton "baton.example/go/gen/baton/v1"
)

// A stream writes frames in the order in which they are sent. Its fields belong
// to the worker's goroutine.
type stream struct {
	out           chan *baton.WorkerFrame
	ctx           context.Context
	cancel        context.CancelFunc
	opened, heard time.Time
	beats         map[uint32]time.Time // When each unanswered heartbeat was sent.
	closing       bool
}

func newStream() *stream {
	ctx, cancel := context.WithCancel(context.Background())
	now := time.Now()
	// More frames than a worker has to say while a connection stalls; it is cut by then.
	out := make(chan *baton.WorkerFrame, 4096)
	return &stream{out: out, ctx: ctx, cancel: cancel, opened: now, heard: now, beats: map[uint32]time.Time{}}
}

func (s *stream) send(frame *baton.WorkerFrame) {
	if !s.closing {
		s.out <- frame
	}
}

func (s *stream) halfClose() {
	if !s.closing {
		s.closing = true
		close(s.out)
	}
}

// transfer moves frames between the stream and the worker until the stream is over.
func (s *stream) transfer(w *Worker) {
	call, err := w.client.Lease(s.ctx)
	if err == nil {
		go s.write(call)
	}
	for err == nil {
		var frame *baton.ServerFrame
		if frame, err = call.Recv(); err == nil {
			w.inbox <- func() { w.receive(frame, s) }
		}
	}
	w.inbox <- func() { w.closed(s, err) }
}

func (s *stream) write(call baton.WorkerService_LeaseClient) {
	for frame := range s.out {
		if call.Send(frame) != nil {
			return // Recv says why.
		}
	}
	_ = call.CloseSend()
}
