"""Submits a task and waits for its result: baton-submit TYPE PAYLOAD."""

import os
import sys
import uuid

import grpc
from opentelemetry import propagate

from baton.v1.task_pb2 import Task, TaskSpec, TaskState
from baton.v1.task_service_pb2 import AwaitRequest, SubmitRequest
from baton.v1.task_service_pb2_grpc import TaskServiceStub
from tracing import send_span, start_tracing

ATTEMPTS = 5
WAIT_SECONDS = 30


def submit(tasks: TaskServiceStub, queue: str, type: str, payload: bytes) -> str:
    """Submits in a span that the worker's will hang under; returns the task's id."""
    with send_span(queue, type):
        headers: dict[str, str] = {}
        propagate.inject(headers)
        # The request id makes it safe to submit again where the answer was lost.
        spec = TaskSpec(queue=queue, type=type, payload=payload, headers=headers,
                        request_id=str(uuid.uuid4()))
        for attempt in range(ATTEMPTS):
            try:
                return tasks.Submit(SubmitRequest(task=spec), timeout=5).receipt.task_id
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE or attempt == ATTEMPTS - 1:
                    raise
    raise AssertionError("unreachable")


def wait_for(tasks: TaskServiceStub, task_id: str) -> Task:
    return tasks.Await(AwaitRequest(task_id=task_id), timeout=WAIT_SECONDS).task


def main() -> None:
    type, payload = sys.argv[1:] or ("echo", "hello")
    tracing = start_tracing("baton-example-python-submit")
    with grpc.insecure_channel(os.environ.get("BATON_ADDRESS", "127.0.0.1:7400")) as channel:
        tasks = TaskServiceStub(channel)
        task_id = submit(tasks, os.environ.get("BATON_QUEUE", "demo"), type, payload.encode())
        task = wait_for(tasks, task_id)
    tracing.shutdown()
    print(task_id, TaskState.Name(task.state), task.result.value.decode(errors="replace"))


if __name__ == "__main__":
    main()
