//! Submits a task and waits for its result: submit [TYPE PAYLOAD].

use std::env::args;
use std::time::Duration;

use baton_example::proto::baton::v1::task_service_client::TaskServiceClient;
use baton_example::proto::baton::v1::{AwaitRequest, SubmitRequest, TaskSpec};
use baton_example::{setting, tracing};
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

const ATTEMPTS: u32 = 5;
const WAIT: Duration = Duration::from_secs(30);

/// Stores a task, in a span that the worker's will hang under, and returns its id.
async fn submit(
    client: &mut TaskServiceClient<Channel>,
    queue: String,
    task_type: String,
    payload: Vec<u8>,
) -> Result<String, Status> {
    let context = Context::new().with_span(tracing::send(&queue, &task_type));
    let task = TaskSpec {
        queue,
        r#type: task_type,
        payload,
        headers: tracing::headers(&context),
        // Makes it safe to submit again where the answer was lost.
        request_id: format!("{:032x}", fastrand::u128(..)),
        ..TaskSpec::default()
    };
    for attempt in 1.. {
        let mut request = Request::new(SubmitRequest { task: Some(task.clone()) });
        request.set_timeout(Duration::from_secs(5));
        match client.submit(request).await {
            Ok(response) => return Ok(response.into_inner().receipt.unwrap_or_default().task_id),
            Err(status) if status.code() != Code::Unavailable || attempt == ATTEMPTS => {
                return Err(status);
            }
            Err(_) => {}
        }
    }
    unreachable!()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tracing = tokio::task::spawn_blocking(|| {
        tracing::start("baton-example-rust-submit").map_err(|error| error.to_string())
    })
    .await??;
    let address = setting("BATON_ADDRESS", "127.0.0.1:7400");
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect_lazy();
    let mut client = TaskServiceClient::new(channel);
    let mut words = args().skip(1);
    let task_type = words.next().unwrap_or("echo".into());
    let payload = words.next().unwrap_or("hello".into());
    let queue = setting("BATON_QUEUE", "demo");
    let task_id = submit(&mut client, queue, task_type, payload.into_bytes()).await?;
    let mut request = Request::new(AwaitRequest { task_id: task_id.clone() });
    request.set_timeout(WAIT);
    let task = client.r#await(request).await?.into_inner().task.unwrap_or_default();
    let state = task.state().as_str_name();
    let value = task.result.unwrap_or_default().value;
    println!("{task_id} {state} {}", String::from_utf8_lossy(&value));
    tokio::task::spawn_blocking(move || tracing.shutdown()).await??;
    Ok(())
}
