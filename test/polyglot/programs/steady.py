"""Submits without a pause until SIGTERM, without any retry of its own, and says how it went."""

import asyncio
import json
import os
import signal
import time
import uuid

import grpc
from baton.v1.task_pb2 import TaskSpec
from baton.v1.task_service_pb2 import GetRequest, SubmitRequest
from baton.v1.task_service_pb2_grpc import TaskServiceStub

INTERVAL = 0.02
OPTIONS = [
    ("grpc.service_config", json.dumps({"loadBalancingConfig": [{os.environ["BATON_POLICY"]: {}}]})),
    # Back soon at a dispatcher that was restarted: see docs/operations.md.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1000),
]


class Steady:
    def __init__(self, tasks: TaskServiceStub):
        self.tasks, self.calls, self.longest_gap, self.errors = tasks, 0, 0.0, []
        self.last = time.monotonic()

    async def call(self) -> None:
        spec = TaskSpec(queue=os.environ["BATON_QUEUE"], type="echo", request_id=str(uuid.uuid4()))
        try:
            submitted = await self.tasks.Submit(SubmitRequest(task=spec), timeout=10)
            await self.tasks.Get(GetRequest(task_id=submitted.receipt.task_id), timeout=10)
        except grpc.aio.AioRpcError as error:
            self.errors.append(f"{error.code()}: {error.details()}")
            return
        now = time.monotonic()
        self.calls, self.longest_gap = self.calls + 1, max(self.longest_gap, now - self.last)
        self.last = now


async def main() -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with grpc.aio.insecure_channel(os.environ["BATON_ADDRESS"], options=OPTIONS) as channel:
        steady = Steady(TaskServiceStub(channel))
        await steady.call()
        steady.longest_gap = 0.0
        print("ready", flush=True)
        calls = []
        while not stopped.is_set():
            calls.append(asyncio.create_task(steady.call()))
            await asyncio.sleep(INTERVAL)
        await asyncio.gather(*calls)
    report = {"calls": steady.calls, "longestGapMs": round(steady.longest_gap * 1000),
              "errors": steady.errors}
    print("report", json.dumps(report), flush=True)


asyncio.run(main())
