//! How a worker goes.

use std::time::Duration;

use crate::proto::baton::v1::{WorkerDrain, worker_frame};
use crate::worker::{Event, Worker};

const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

impl Worker {
    pub(crate) fn drain(&mut self) {
        self.draining = true;
        self.send_drain();
        self.later(DRAIN_TIMEOUT, Event::StopAll);
    }

    pub(crate) fn send_drain(&self) {
        self.send(worker_frame::Frame::Drain(WorkerDrain { reason: "SIGTERM".into() }));
    }
}
