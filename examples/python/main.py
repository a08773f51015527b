"""The worker program: its handlers, and what it is told by its environment."""

import asyncio
import logging
import os

from opentelemetry import propagate

from baton.v1.worker_service_pb2 import GrantedTask
from tracing import start_tracing
from worker import TaskError, Worker


async def echo(task: GrantedTask) -> bytes:
    return task.payload


async def sleep(task: GrantedTask) -> bytes:
    await asyncio.sleep(int(task.payload) / 1000)
    return b"slept"


async def fail(task: GrantedTask) -> bytes:
    type = task.payload.decode()
    raise TaskError(type.removeprefix("!"), "asked to fail", non_retryable=type.startswith("!"))


async def trace(task: GrantedTask) -> bytes:
    headers: dict[str, str] = {}
    propagate.inject(headers)
    return headers["traceparent"].encode()


async def bytes_(task: GrantedTask) -> bytes:
    return bytes(int(task.payload))


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    tracing = start_tracing("baton-example-python")
    handlers = {"echo": echo, "sleep": sleep, "fail": fail, "trace": trace, "bytes": bytes_}
    concurrency = int(os.environ.get("BATON_CONCURRENCY", "4"))
    worker = Worker(os.environ.get("BATON_QUEUE", "demo"), handlers, concurrency)
    asyncio.run(worker.run(os.environ.get("BATON_ADDRESS", "127.0.0.1:7400")))
    tracing.shutdown()


if __name__ == "__main__":
    main()
