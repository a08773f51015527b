//! One lease stream.

use std::collections::HashMap;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::transport::Channel;

use crate::proto::baton::v1::worker_service_client::WorkerServiceClient;
use crate::proto::baton::v1::{ServerFrame, WorkerFrame};
use crate::worker::Event;

/// What the worker knows of a stream.
pub(crate) struct Stream {
    pub(crate) out: Option<UnboundedSender<WorkerFrame>>, // None once half-closed.
    pub(crate) reading: AbortHandle,
    pub(crate) opened: Instant,
    pub(crate) heard: Instant,
    pub(crate) beats: HashMap<u32, Instant>, // When each unanswered heartbeat was sent.
}

/// Moves frames between a stream and the worker until the stream is over.
pub(crate) async fn read(
    mut client: WorkerServiceClient<Channel>,
    frames: UnboundedReceiver<WorkerFrame>,
    id: u64,
    events: UnboundedSender<Event>,
) {
    match client.lease(UnboundedReceiverStream::new(frames)).await {
        Ok(response) => {
            let mut incoming = response.into_inner();
            while let Ok(Some(ServerFrame { frame })) = incoming.message().await {
                if let Some(frame) = frame {
                    let _ = events.send(Event::Frame(id, frame));
                }
            }
        }
        Err(status) => eprintln!("the stream was refused: {status}"),
    }
    let _ = events.send(Event::Closed(id));
}
