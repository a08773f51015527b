//! A worker's session: leases tasks over one stream, runs them, and settles them.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, interval};
use tonic::transport::Channel;

use crate::attempt::{Attempt, Handler, Key};
use crate::proto::baton::v1::server_frame::Frame;
use crate::proto::baton::v1::worker_service_client::WorkerServiceClient;
use crate::proto::baton::v1::{
    Credit, Heartbeat, HeldLease, Hello, Settlement, Welcome, WorkerFrame, WorkerSubscription, settlement,
    worker_frame,
};
use crate::stream::{Stream, read};

const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const LAST_BACKOFF: Duration = Duration::from_secs(5);
const TICK: Duration = Duration::from_millis(20);

/// What the session is told by the tasks around it.
pub(crate) enum Event {
    Frame(u64, Frame),
    Closed(u64),
    Ended(Key, settlement::Outcome),
    Resend(Settlement),
    StopAll,
}

/// A session; one task has all of its state, the others send it events.
pub struct Worker {
    client: WorkerServiceClient<Channel>,
    queue: String,
    pub(crate) handlers: HashMap<&'static str, Handler>,
    concurrency: usize,
    pub(crate) events: UnboundedSender<Event>,
    inbox: Option<UnboundedReceiver<Event>>,
    current: Option<u64>, // The stream that frames are sent on, once welcomed.
    streams: BTreeMap<u64, Stream>,
    pub(crate) attempts: HashMap<Key, Attempt>,
    pub(crate) outbox: HashMap<Key, Settlement>, // Kept until answered.
    pub(crate) welcome: Welcome,
    ttl: Duration,
    interval: Duration,
    renewed: Instant,
    beat_at: Instant,
    reconnect_at: Instant,
    backoff: Duration,
    sequence: u32,
    opened: u32, // How many streams there were.
    pub(crate) draining: bool,
}

impl Worker {
    pub fn new(
        channel: Channel,
        queue: String,
        handlers: HashMap<&'static str, Handler>,
        concurrency: usize,
    ) -> Self {
        let (events, inbox) = unbounded_channel();
        let now = Instant::now();
        Worker {
            client: WorkerServiceClient::new(channel).max_decoding_message_size(8 << 20),
            queue,
            handlers,
            concurrency,
            events,
            inbox: Some(inbox),
            current: None,
            streams: BTreeMap::new(),
            attempts: HashMap::new(),
            outbox: HashMap::new(),
            welcome: Welcome::default(),
            ttl: Duration::from_secs(15),
            interval: Duration::from_secs(5),
            renewed: now,
            beat_at: now,
            reconnect_at: now,
            backoff: FIRST_BACKOFF,
            sequence: 0,
            opened: 0,
            draining: false,
        }
    }

    /// Works until `stop` resolves, then drains. Reconnects for as long as it takes.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut inbox = self.inbox.take().expect("a worker runs once");
        let mut ticks = interval(TICK);
        tokio::pin!(stop);
        while !(self.done() && self.streams.is_empty()) {
            tokio::select! {
                Some(event) = inbox.recv() => self.handle(event),
                _ = ticks.tick() => self.keep_time(Instant::now()),
                () = &mut stop, if !self.draining => self.drain(),
            }
            if self.done() {
                self.streams.values_mut().for_each(|stream| stream.out = None);
            }
        }
    }

    fn done(&self) -> bool {
        self.draining && self.attempts.is_empty() && self.outbox.is_empty()
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Frame(id, frame) => self.receive(frame, id),
            Event::Closed(id) => self.closed(id),
            Event::Ended(key, outcome) => self.ended(&key, Some(outcome)),
            Event::Resend(settlement) => self.send_settlement(settlement),
            Event::StopAll => self.stop_all(),
        }
    }

    fn open(&mut self) {
        self.opened += 1;
        let running = self.attempts.values().map(|attempt| attempt.lease.clone());
        let unanswered = self.outbox.values().filter_map(|settlement| settlement.lease.clone());
        let resumes = !self.welcome.session_key.is_empty();
        let hello = Hello {
            protocol_version: 1,
            worker_id: format!("rust-{}", std::process::id()),
            sdk: "baton-example-rust".into(),
            subscriptions: vec![WorkerSubscription {
                queue: self.queue.clone(),
                types: self.handlers.keys().map(|each| each.to_string()).collect(),
            }],
            resume_session: self.welcome.session_key.clone(),
            stream_number: self.opened,
            held: running.chain(unanswered).filter(|_| resumes).collect(),
            ..Hello::default()
        };
        let (out, frames) = unbounded_channel();
        let _ = out.send(WorkerFrame { frame: Some(worker_frame::Frame::Hello(hello)) });
        let id = self.streams.last_key_value().map_or(0, |(last, _)| last + 1);
        let reading = tokio::spawn(read(self.client.clone(), frames, id, self.events.clone()));
        let now = Instant::now();
        let stream = Stream {
            out: Some(out),
            reading: reading.abort_handle(),
            opened: now,
            heard: now,
            beats: HashMap::new(),
        };
        self.streams.insert(id, stream);
    }

    fn closed(&mut self, id: u64) {
        self.streams.remove(&id);
        self.current = self.current.filter(|current| *current != id);
        self.reconnect_at = Instant::now() + self.backoff.mul_f64(fastrand::f64());
        self.backoff = (2 * self.backoff).min(LAST_BACKOFF);
    }

    fn receive(&mut self, frame: Frame, id: u64) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        stream.heard = Instant::now();
        match frame {
            Frame::Welcome(welcome) => self.welcomed(welcome, id),
            Frame::Grant(grant) => grant.tasks.into_iter().for_each(|task| self.start(task)),
            Frame::HeartbeatAck(ack) => {
                self.renewed = stream.beats.remove(&ack.sequence).unwrap_or(self.renewed);
                self.stop(ack.lost.iter().chain(&ack.cancelled));
            }
            Frame::SettleAck(ack) => ack.results.into_iter().for_each(|result| self.answered(result)),
            Frame::Cancel(cancel) => self.stop(&cancel.lease),
            Frame::Drain(_) => self.open(),
            Frame::Dismiss(_) if !self.draining => self.drain(),
            Frame::Dismiss(_) | Frame::DrainAck(_) | Frame::Throttle(_) => {}
        }
    }

    fn welcomed(&mut self, welcome: Welcome, id: u64) {
        if let Some(previous) = self.current.replace(id).and_then(|previous| self.streams.get_mut(&previous))
        {
            previous.out = None;
        }
        self.ttl = duration(welcome.lease_ttl);
        self.interval = duration(welcome.heartbeat_interval);
        self.renewed = self.streams[&id].opened;
        self.beat_at = Instant::now(); // At once: the ttl counts from the Hello.
        self.backoff = FIRST_BACKOFF;
        self.stop(&welcome.lost);
        self.welcome = welcome;
        self.outbox
            .values()
            .cloned()
            .collect::<Vec<_>>()
            .into_iter()
            .for_each(|each| self.send_settlement(each));
        self.give_credit(self.concurrency.saturating_sub(self.attempts.len()));
        if self.draining {
            self.send_drain();
        }
    }

    pub(crate) fn send(&self, frame: worker_frame::Frame) {
        let stream = self.current.and_then(|id| self.streams.get(&id));
        if let Some(out) = stream.and_then(|stream| stream.out.as_ref()) {
            let _ = out.send(WorkerFrame { frame: Some(frame) });
        }
    }

    pub(crate) fn give_credit(&self, tasks: usize) {
        if tasks > 0 && !self.draining {
            self.send(worker_frame::Frame::Credit(Credit { tasks: tasks as i32 }));
        }
    }

    /// Sends heartbeats, ends silent streams, reconnects, and stops the handlers before the ttl runs out.
    fn keep_time(&mut self, now: Instant) {
        let current = self.current.and_then(|id| self.streams.get_mut(&id));
        if let Some(stream) = current.filter(|_| now >= self.beat_at) {
            self.beat_at = now + self.interval;
            self.sequence += 1;
            stream.beats.insert(self.sequence, now);
            let leases = self
                .attempts
                .values()
                .map(|attempt| HeldLease { lease: Some(attempt.lease.clone()), ..HeldLease::default() });
            self.send(worker_frame::Frame::Heartbeat(Heartbeat {
                leases: leases.collect(),
                sequence: self.sequence,
            }));
        }
        for (id, stream) in &self.streams {
            if now - stream.heard > self.interval.mul_f64(2.5) {
                stream.reading.abort();
                let _ = self.events.send(Event::Closed(*id));
            }
        }
        if now - self.renewed > self.ttl.mul_f64(0.9) {
            self.stop_all();
        }
        if self.streams.is_empty() && !self.done() && now >= self.reconnect_at {
            self.open();
        }
    }
}

fn duration(value: Option<prost_types::Duration>) -> Duration {
    value.and_then(|value| value.try_into().ok()).unwrap_or_default()
}
