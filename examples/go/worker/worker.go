package main

import (
	"context"
	"fmt"
	"log"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	baton "baton.example/go/gen/baton/v1"
)

const (
	firstBackoff = 200 * time.Millisecond
	lastBackoff  = 5 * time.Second
	tick         = 20 * time.Millisecond
)

// A Worker holds a session. One goroutine, Run's, has all of its state; the
// others hand it functions to run.
type Worker struct {
	client      baton.WorkerServiceClient
	queue       string
	handlers    map[string]Handler
	concurrency int

	inbox         chan func()
	current       *stream // The one that frames are sent on, once welcomed.
	streams       map[*stream]bool
	attempts      map[string]*attempt
	outbox        map[string]*baton.Settlement // Kept until answered.
	session       string
	ttl, interval time.Duration
	maxPayload    int
	renewed, beat time.Time
	reconnectAt   time.Time
	bound         time.Duration
	opened        uint32 // How many streams there were.
	sequence      uint32
	draining      bool
}

// NewWorker returns a worker that Run starts.
func NewWorker(client baton.WorkerServiceClient, queue string, handlers map[string]Handler, concurrency int) *Worker {
	return &Worker{
		client: client, queue: queue, handlers: handlers, concurrency: concurrency,
		inbox: make(chan func(), 64), streams: map[*stream]bool{},
		attempts: map[string]*attempt{}, outbox: map[string]*baton.Settlement{},
		ttl: 15 * time.Second, interval: 5 * time.Second, bound: firstBackoff,
	}
}

// Run works until the context ends, then drains. It reconnects for as long as it takes.
func (w *Worker) Run(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	stop := ctx.Done()
	for !w.done() || len(w.streams) > 0 {
		select {
		case act := <-w.inbox:
			act()
		case <-ticker.C:
			w.keepTime(time.Now())
		case <-stop:
			stop = nil
			w.drain()
		}
	}
}

func (w *Worker) done() bool { return w.draining && len(w.attempts) == 0 && len(w.outbox) == 0 }

func (w *Worker) open() {
	w.opened++
	hello := &baton.Hello{
		ProtocolVersion: 1, WorkerId: fmt.Sprintf("go-%d", os.Getpid()), Sdk: "baton-example-go",
		Subscriptions: []*baton.WorkerSubscription{{Queue: w.queue, Types: slices.Collect(maps.Keys(w.handlers))}},
		ResumeSession: w.session, StreamNumber: w.opened,
	}
	if w.session != "" {
		hello.Held = w.held()
	}
	s := newStream()
	s.send(&baton.WorkerFrame{Frame: &baton.WorkerFrame_Hello{Hello: hello}})
	w.streams[s] = true
	go s.transfer(w)
}

func (w *Worker) held() (held []*baton.LeaseRef) {
	for _, a := range w.attempts {
		held = append(held, a.lease)
	}
	for _, settlement := range w.outbox {
		held = append(held, settlement.Lease)
	}
	return held
}

func (w *Worker) closed(s *stream, err error) {
	log.Printf("the stream is over: %v", err)
	s.cancel()
	delete(w.streams, s)
	if w.current == s {
		w.current = nil
	}
	w.reconnectAt = time.Now().Add(time.Duration(rand.Int64N(int64(w.bound))))
	w.bound = min(2*w.bound, lastBackoff)
}

func (w *Worker) receive(frame *baton.ServerFrame, s *stream) {
	s.heard = time.Now()
	switch f := frame.Frame.(type) {
	case *baton.ServerFrame_Welcome:
		w.welcome(f.Welcome, s)
	case *baton.ServerFrame_Grant:
		for _, task := range f.Grant.Tasks {
			w.start(task)
		}
	case *baton.ServerFrame_HeartbeatAck:
		if sent, ok := s.beats[f.HeartbeatAck.Sequence]; ok {
			delete(s.beats, f.HeartbeatAck.Sequence)
			w.renewed = sent
		}
		w.stop(false, append(f.HeartbeatAck.Lost, f.HeartbeatAck.Cancelled...)...)
	case *baton.ServerFrame_SettleAck:
		for _, result := range f.SettleAck.Results {
			w.answered(result)
		}
	case *baton.ServerFrame_Cancel:
		w.stop(false, f.Cancel.Lease)
	case *baton.ServerFrame_Drain:
		w.open()
	case *baton.ServerFrame_Dismiss:
		if !w.draining {
			w.drain()
		}
	}
}

func (w *Worker) welcome(welcome *baton.Welcome, s *stream) {
	if w.current != nil {
		w.current.halfClose()
	}
	w.current, w.session, w.renewed, w.bound = s, welcome.SessionKey, s.opened, firstBackoff
	w.ttl, w.interval = welcome.LeaseTtl.AsDuration(), welcome.HeartbeatInterval.AsDuration()
	w.maxPayload = int(welcome.MaxPayloadBytes)
	w.beat = time.Now() // At once: the ttl counts from the Hello.
	w.stop(false, welcome.Lost...)
	for _, settlement := range w.outbox {
		w.sendSettlement(settlement)
	}
	w.giveCredit(w.concurrency - len(w.attempts))
	if w.draining {
		w.sendDrain()
	}
}

func (w *Worker) send(frame *baton.WorkerFrame) {
	if w.current != nil {
		w.current.send(frame)
	}
}

func (w *Worker) giveCredit(tasks int) {
	if tasks > 0 && !w.draining {
		w.send(&baton.WorkerFrame{Frame: &baton.WorkerFrame_Credit{Credit: &baton.Credit{Tasks: int32(tasks)}}})
	}
}

func (w *Worker) start(task *baton.GrantedTask) {
	if w.draining {
		w.settle(task.Lease, &baton.Settlement{Outcome: release("draining")})
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	a := &attempt{lease: task.Lease, cancel: cancel}
	w.attempts[keyOf(task.Lease)] = a
	fmt.Println("started", keyOf(task.Lease))
	handler, maxBytes := w.handlers[task.Type], w.maxPayload
	go func() {
		settlement := run(ctx, handler, task, maxBytes)
		w.inbox <- func() { w.ended(a, ctx, settlement) }
	}()
}

func (w *Worker) ended(a *attempt, ctx context.Context, settlement *baton.Settlement) {
	how := "returned"
	if ctx.Err() != nil {
		how, settlement = "stopped", &baton.Settlement{Outcome: release("stopped")}
	} else if settlement.GetFail() != nil {
		how = "failed"
	}
	fmt.Println("ended", keyOf(a.lease), how)
	a.cancel()
	delete(w.attempts, keyOf(a.lease))
	if how != "stopped" || a.givesBack {
		w.settle(a.lease, settlement)
	}
	w.giveCredit(1)
	w.leaveWhenDone()
}

func (w *Worker) stop(givesBack bool, leases ...*baton.LeaseRef) {
	for _, lease := range leases {
		if a := w.attempts[keyOf(lease)]; a != nil {
			a.givesBack = givesBack
			a.cancel()
		}
	}
}

func (w *Worker) stopAll() {
	for _, a := range w.attempts {
		w.stop(true, a.lease)
	}
}

// keepTime sends heartbeats, ends silent streams, reconnects, and stops the
// handlers before the ttl runs out.
func (w *Worker) keepTime(now time.Time) {
	if w.current != nil && now.After(w.beat) {
		w.beat, w.sequence = now.Add(w.interval), w.sequence+1
		w.current.beats[w.sequence] = now
		heartbeat := &baton.Heartbeat{Sequence: w.sequence}
		for _, a := range w.attempts {
			heartbeat.Leases = append(heartbeat.Leases, &baton.HeldLease{Lease: a.lease})
		}
		w.send(&baton.WorkerFrame{Frame: &baton.WorkerFrame_Heartbeat{Heartbeat: heartbeat}})
	}
	for s := range w.streams {
		if now.Sub(s.heard) > w.interval*5/2 {
			s.cancel()
		}
	}
	if now.Sub(w.renewed) > w.ttl*9/10 {
		w.stopAll()
	}
	if len(w.streams) == 0 && !w.done() && now.After(w.reconnectAt) {
		w.open()
	}
}
