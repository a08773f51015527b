//! The worker program: its handlers, and what it is told by its environment.

use std::collections::HashMap;
use std::time::Duration;

use baton_example::attempt::{Handler, TaskError};
use baton_example::proto::baton::v1::GrantedTask;
use baton_example::worker::Worker;
use baton_example::{setting, tracing};
use opentelemetry::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;
use tonic::transport::Endpoint;

fn handlers() -> HashMap<&'static str, Handler> {
    HashMap::from([
        ("echo", (|task| Box::pin(async move { Ok(task.payload) })) as Handler),
        ("sleep", |task| {
            Box::pin(async move {
                sleep(Duration::from_millis(number(&task)?)).await;
                Ok(b"slept".to_vec())
            })
        }),
        ("fail", |task| Box::pin(async move { Err(asked_for(&task)) })),
        ("trace", |_| {
            Box::pin(async move {
                let mut headers = tracing::headers(&Context::current());
                Ok(headers.remove("traceparent").unwrap_or_default().into())
            })
        }),
        ("bytes", |task| Box::pin(async move { Ok(vec![0; number(&task)? as usize]) })),
    ])
}

fn asked_for(task: &GrantedTask) -> TaskError {
    let text = String::from_utf8_lossy(&task.payload);
    TaskError {
        r#type: text.trim_start_matches('!').to_string(),
        message: "asked to fail".into(),
        non_retryable: text.starts_with('!'),
    }
}

fn number(task: &GrantedTask) -> Result<u64, TaskError> {
    let text = String::from_utf8_lossy(&task.payload);
    text.parse().map_err(|error| TaskError {
        r#type: "InvalidPayload".into(),
        message: format!("{error}"),
        non_retryable: true,
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tracing = tokio::task::spawn_blocking(|| {
        tracing::start("baton-example-rust").map_err(|error| error.to_string())
    })
    .await??;
    let address = setting("BATON_ADDRESS", "127.0.0.1:7400");
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect_lazy();
    let concurrency = setting("BATON_CONCURRENCY", "4").parse()?;
    let mut sigterm = signal(SignalKind::terminate())?;
    Worker::new(channel, setting("BATON_QUEUE", "demo"), handlers(), concurrency)
        .run(async move {
            sigterm.recv().await;
        })
        .await;
    tokio::task::spawn_blocking(move || tracing.shutdown()).await??;
    Ok(())
}
