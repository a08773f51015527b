package main

import (
	"time"

	baton "baton.example/go/gen/baton/v1"
)

const drainTimeout = 10 * time.Second

func (w *Worker) drain() {
	w.draining = true
	w.sendDrain()
	time.AfterFunc(drainTimeout, func() { w.inbox <- w.stopAll })
	w.leaveWhenDone()
}

func (w *Worker) sendDrain() {
	w.send(&baton.WorkerFrame{Frame: &baton.WorkerFrame_Drain{Drain: &baton.WorkerDrain{Reason: "SIGTERM"}}})
}

func (w *Worker) leaveWhenDone() {
	for s := range w.streams {
		if w.done() {
			s.halfClose()
		}
	}
}
