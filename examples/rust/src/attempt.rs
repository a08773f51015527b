//! Runs the handlers, and keeps what they came to until it is answered.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use opentelemetry::trace::{FutureExt, Status, TraceContextExt};
use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::proto::baton::v1::{
    Complete, Fail, Failure, GrantedTask, LeaseRef, Release, Settle, Settlement, SettlementResult,
    SettlementStatus, TaskResult, settlement, worker_frame,
};
use crate::tracing;
use crate::worker::{Event, Worker};

const RETRY_DELAY: Duration = Duration::from_millis(200);

/// Fails an attempt with a type of the handler's choice.
pub struct TaskError {
    pub r#type: String,
    pub message: String,
    pub non_retryable: bool,
}

/// Runs a task; its future is dropped when the work is no longer wanted.
pub type Handler = fn(GrantedTask) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, TaskError>> + Send>>;

/// Names a lease.
pub(crate) type Key = (String, u64);

/// A handler that runs.
pub(crate) struct Attempt {
    pub(crate) lease: LeaseRef,
    running: AbortHandle,
}

impl Worker {
    pub(crate) fn start(&mut self, task: GrantedTask) {
        let lease = task.lease.clone().unwrap_or_default();
        if self.draining {
            return self.settle(lease, release("draining"));
        }
        let key = key_of(&lease);
        println!("started {} {}", key.0, key.1);
        let (events, max_bytes, ended) =
            (self.events.clone(), self.welcome.max_payload_bytes as usize, key.clone());
        let handler = self.handlers.get(task.r#type.as_str()).copied();
        let running = tokio::spawn(async move {
            let _ = events.send(Event::Ended(ended, run_handler(handler, task, max_bytes).await));
        });
        self.attempts.insert(key, Attempt { lease, running: running.abort_handle() });
    }

    /// Takes note of an attempt's end; None where its handler was stopped.
    pub(crate) fn ended(&mut self, key: &Key, outcome: Option<settlement::Outcome>) {
        let Some(attempt) = self.attempts.remove(key) else { return };
        let how = match outcome {
            None => "stopped",
            Some(settlement::Outcome::Fail(_)) => "failed",
            Some(_) => "returned",
        };
        println!("ended {} {} {how}", key.0, key.1);
        if let Some(outcome) = outcome {
            self.settle(attempt.lease, outcome);
        }
        self.give_credit(1);
    }

    pub(crate) fn settle(&mut self, lease: LeaseRef, outcome: settlement::Outcome) {
        let settlement =
            Settlement { lease: Some(lease.clone()), outcome: Some(outcome), ..Default::default() };
        self.outbox.insert(key_of(&lease), settlement.clone());
        self.send_settlement(settlement);
    }

    pub(crate) fn send_settlement(&mut self, settlement: Settlement) {
        self.send(worker_frame::Frame::Settle(Settle { settlements: vec![settlement] }));
    }

    pub(crate) fn answered(&mut self, result: SettlementResult) {
        let lease = result.lease.clone().unwrap_or_default();
        let Some(settlement) = self.outbox.get(&key_of(&lease)).cloned() else { return };
        if result.status() == SettlementStatus::Retry {
            return self.later(RETRY_DELAY, Event::Resend(settlement));
        }
        self.outbox.remove(&key_of(&lease));
        if result.status() == SettlementStatus::Rejected {
            self.settle(lease, fail("Rejected".into(), result.reason, true));
        }
    }

    pub(crate) fn later(&self, delay: Duration, event: Event) {
        let events = self.events.clone();
        tokio::spawn(async move {
            sleep(delay).await;
            let _ = events.send(event);
        });
    }

    pub(crate) fn stop<'a>(&mut self, leases: impl IntoIterator<Item = &'a LeaseRef>) {
        for key in leases.into_iter().map(key_of) {
            if let Some(attempt) = self.attempts.get(&key) {
                attempt.running.abort();
                self.ended(&key, None);
            }
        }
    }

    pub(crate) fn stop_all(&mut self) {
        let leases: Vec<LeaseRef> = self.attempts.values().map(|attempt| attempt.lease.clone()).collect();
        self.stop(&leases);
        leases.into_iter().for_each(|lease| self.settle(lease, release("stopped")));
    }
}

/// Runs a handler in a span under the submitter's and returns what to settle.
async fn run_handler(handler: Option<Handler>, task: GrantedTask, max_bytes: usize) -> settlement::Outcome {
    let context = tracing::process(&task);
    let content_type = task.content_type.clone();
    let result = match handler {
        Some(handler) => handler(task).with_context(context.clone()).await,
        None => Err(TaskError {
            r#type: "UnknownType".into(),
            message: "no such handler".into(),
            non_retryable: false,
        }),
    };
    match result {
        Ok(value) if value.len() > max_bytes => {
            fail("ResultTooLarge".into(), format!("the result has {} bytes", value.len()), true)
        }
        Ok(value) => {
            settlement::Outcome::Complete(Complete { result: Some(TaskResult { value, content_type }) })
        }
        Err(error) => {
            context.span().set_status(Status::error(error.message.clone()));
            fail(error.r#type, error.message, error.non_retryable)
        }
    }
}

fn fail(r#type: String, message: String, non_retryable: bool) -> settlement::Outcome {
    let failure = Some(Failure { r#type, message, ..Failure::default() });
    settlement::Outcome::Fail(Fail { failure, non_retryable, ..Default::default() })
}

fn release(reason: &str) -> settlement::Outcome {
    settlement::Outcome::Release(Release { reason: reason.into(), ..Default::default() })
}

fn key_of(lease: &LeaseRef) -> Key {
    (lease.task_id.clone(), lease.lease_token)
}
