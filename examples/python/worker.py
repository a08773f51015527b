"""A Baton worker: leases tasks over one gRPC stream, runs them, and settles them."""

import asyncio
import logging
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import grpc
from baton.v1 import task_pb2, worker_service_pb2 as pb
from baton.v1.worker_service_pb2_grpc import WorkerServiceStub
from tracing import process_span

FIRST_BACKOFF, LAST_BACKOFF = 0.2, 5.0
DRAIN_TIMEOUT = 10.0
# Of several addresses, any: each worker would else go to the first.
ANY_ADDRESS = '{"loadBalancingConfig": [{"pick_first": {"shuffleAddressList": true}}]}'
OPTIONS = [("grpc.service_config", ANY_ADDRESS),
           ("grpc.min_reconnect_backoff_ms", 200), ("grpc.initial_reconnect_backoff_ms", 200),
           ("grpc.max_reconnect_backoff_ms", 5000), ("grpc.max_receive_message_length", 8 << 20)]
log = logging.getLogger("baton")


Handler = Callable[[pb.GrantedTask], Awaitable[bytes]]


class TaskError(Exception):
    """Fails the attempt with a type of the handler's choice."""

    def __init__(self, type: str, message: str, non_retryable: bool = False):
        super().__init__(message)
        self.type, self.non_retryable = type, non_retryable


def key_of(lease: pb.LeaseRef) -> tuple[str, int]:
    return lease.task_id, lease.lease_token


@dataclass
class Attempt:
    lease: pb.LeaseRef
    running: asyncio.Task
    gives_back: bool = False  # Whether the task is released once its handler has stopped.


class Stream:
    """One lease stream; frames are written in the order in which they are sent."""

    def __init__(self, stub: WorkerServiceStub):
        self.welcomed, self.opened = False, time.monotonic()
        self.heard = self.opened
        self.beats: dict[int, float] = {}  # When each unanswered heartbeat was sent.
        self.outgoing: asyncio.Queue[pb.WorkerFrame | None] = asyncio.Queue()
        self.call = stub.Lease(self._frames())

    async def _frames(self):
        while (frame := await self.outgoing.get()) is not None:
            yield frame

    def send(self, **frame) -> None:
        self.outgoing.put_nowait(pb.WorkerFrame(**frame))

    def half_close(self) -> None:
        self.outgoing.put_nowait(None)


class Worker:
    def __init__(self, queue: str, handlers: dict[str, Handler], concurrency: int):
        self.queue, self.handlers, self.concurrency = queue, handlers, concurrency
        self.session, self.ttl, self.interval, self.max_payload = "", 15.0, 5.0, 1 << 20
        self.stream: Stream | None = None  # The one that frames are sent on, once welcomed.
        self.streams: set[Stream] = set()
        self.attempts: dict[tuple[str, int], Attempt] = {}
        self.outbox: dict[tuple[str, int], pb.Settlement] = {}  # Kept until answered.
        self.renewed = self.next_beat = self.sequence = self.opened = 0
        self.draining = False

    @property
    def done(self) -> bool:
        return self.draining and not self.attempts and not self.outbox

    async def run(self, address: str) -> None:
        """Works until SIGTERM, reconnecting for as long as it takes."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.drain)
        ticking = asyncio.create_task(self.keep_time())
        async with grpc.aio.insecure_channel(address, options=OPTIONS) as channel:
            self.stub = WorkerServiceStub(channel)
            bound = FIRST_BACKOFF
            while not self.done:
                welcomed = await self.hold(Stream(self.stub))
                bound = FIRST_BACKOFF if welcomed else min(2 * bound, LAST_BACKOFF)
                if not self.done:
                    await asyncio.sleep(random.uniform(0, bound))
        ticking.cancel()

    async def hold(self, stream: Stream) -> bool:
        """Reads a stream to its end; returns whether it, or the one it moved to, was welcomed."""
        held = [each.lease for each in (*self.attempts.values(), *self.outbox.values())]
        self.opened += 1
        stream.send(hello=pb.Hello(
            protocol_version=1, worker_id=f"python-{os.getpid()}", sdk="baton-example-python",
            subscriptions=[pb.WorkerSubscription(queue=self.queue, types=self.handlers)],
            stream_number=self.opened, resume_session=self.session,
            held=held if self.session else []))
        self.streams.add(stream)
        moved = None
        try:
            async for frame in stream.call:
                stream.heard = time.monotonic()
                if frame.WhichOneof("frame") == "drain" and moved is None:
                    moved = asyncio.create_task(self.hold(Stream(self.stub)))
                self.receive(frame, stream)
        except (grpc.aio.AioRpcError, asyncio.CancelledError) as error:
            log.info("the stream broke: %r", error)
        self.streams.discard(stream)
        stream.half_close()
        if self.stream is stream:
            self.stream = None
        return await moved if moved else stream.welcomed

    def receive(self, frame: pb.ServerFrame, stream: Stream) -> None:
        match frame.WhichOneof("frame"):
            case "welcome":
                self.welcome(frame.welcome, stream)
            case "grant":
                for task in frame.grant.tasks:
                    self.start(task)
            case "heartbeat_ack":
                self.renewed = max(self.renewed, stream.beats.pop(frame.heartbeat_ack.sequence, 0))
                self.stop([*frame.heartbeat_ack.lost, *frame.heartbeat_ack.cancelled])
            case "settle_ack":
                for result in frame.settle_ack.results:
                    self.answered(result)
            case "cancel":
                self.stop([frame.cancel.lease])
            case "dismiss" if not self.draining:
                self.drain()

    def welcome(self, welcome: pb.Welcome, stream: Stream) -> None:
        if self.stream:
            self.stream.half_close()
        self.stream, stream.welcomed = stream, True
        self.session, self.renewed = welcome.session_key, stream.opened
        self.ttl = welcome.lease_ttl.ToTimedelta().total_seconds()
        self.interval = welcome.heartbeat_interval.ToTimedelta().total_seconds()
        self.max_payload = welcome.max_payload_bytes
        self.next_beat = time.monotonic()  # At once: the ttl counts from the Hello.
        self.stop(welcome.lost)
        for settlement in self.outbox.values():
            self.send(settle=pb.Settle(settlements=[settlement]))
        self.give_credit(self.concurrency - len(self.attempts))
        if self.draining:
            self.send(drain=pb.WorkerDrain(reason="SIGTERM"))

    def send(self, **frame) -> None:
        if self.stream:
            self.stream.send(**frame)

    def give_credit(self, tasks: int) -> None:
        if tasks > 0 and not self.draining:
            self.send(credit=pb.Credit(tasks=tasks))

    def start(self, task: pb.GrantedTask) -> None:
        if self.draining:
            return self.settle(task.lease, release=pb.Release(reason="draining"))
        print("started", *key_of(task.lease), flush=True)
        running = asyncio.create_task(self.run_handler(task))
        self.attempts[key_of(task.lease)] = Attempt(task.lease, running)
        running.add_done_callback(lambda _: self.ended(task))

    def ended(self, task: pb.GrantedTask) -> None:
        attempt = self.attempts.pop(key_of(task.lease))
        how, outcome = "stopped", {"release": pb.Release(reason="stopped")}
        if not attempt.running.cancelled():
            how, outcome = attempt.running.result()
        print("ended", *key_of(task.lease), how, flush=True)
        if how != "stopped" or attempt.gives_back:
            self.settle(task.lease, **outcome)
        self.give_credit(1)
        self.leave_when_done()

    async def run_handler(self, task: pb.GrantedTask) -> tuple[str, dict]:
        """Runs a handler in a span under the submitter's; returns how it ended and the outcome."""
        with process_span(task) as span:
            try:
                value = await self.handlers[task.type](task)
                if len(value) > self.max_payload:
                    raise TaskError("ResultTooLarge", f"the result has {len(value)} bytes", True)
                result = task_pb2.TaskResult(value=value, content_type=task.content_type)
                return "returned", {"complete": pb.Complete(result=result)}
            except Exception as error:
                span.record_exception(error)
                type_name = getattr(error, "type", type(error).__name__)
                failure = task_pb2.Failure(type=type_name, message=str(error)[:2000])
                fatal = getattr(error, "non_retryable", False)
                return "failed", {"fail": pb.Fail(failure=failure, non_retryable=fatal)}

    def settle(self, lease: pb.LeaseRef, **outcome) -> None:
        settlement = self.outbox[key_of(lease)] = pb.Settlement(lease=lease, **outcome)
        self.send(settle=pb.Settle(settlements=[settlement]))

    def answered(self, result: pb.SettlementResult) -> None:
        settlement = self.outbox.get(key_of(result.lease))
        if settlement and result.status == pb.SETTLEMENT_STATUS_RETRY:
            again = pb.Settle(settlements=[settlement])
            asyncio.get_running_loop().call_later(0.2, lambda: self.send(settle=again))
            return
        self.outbox.pop(key_of(result.lease), None)
        if result.status == pb.SETTLEMENT_STATUS_REJECTED:
            failure = task_pb2.Failure(type="Rejected", message=result.reason)
            self.settle(result.lease, fail=pb.Fail(failure=failure, non_retryable=True))
        self.leave_when_done()

    def stop(self, leases: list[pb.LeaseRef], gives_back: bool = False) -> None:
        for attempt in filter(None, [self.attempts.get(key_of(lease)) for lease in leases]):
            attempt.gives_back = gives_back
            attempt.running.cancel()

    def stop_all(self) -> None:
        self.stop([attempt.lease for attempt in self.attempts.values()], gives_back=True)

    async def keep_time(self) -> None:
        """Sends heartbeats, ends silent streams, and stops the handlers before the ttl runs out."""
        while True:
            await asyncio.sleep(0.02)
            now = time.monotonic()
            if self.stream and now >= self.next_beat:
                self.next_beat, self.sequence = now + self.interval, self.sequence + 1
                self.stream.beats[self.sequence] = now
                leases = [pb.HeldLease(lease=each.lease) for each in self.attempts.values()]
                self.send(heartbeat=pb.Heartbeat(leases=leases, sequence=self.sequence))
            for stream in self.streams:
                if now - stream.heard > 2.5 * self.interval:
                    stream.call.cancel()
            if now - self.renewed > 0.9 * self.ttl:
                self.stop_all()

    def drain(self) -> None:
        self.draining = True
        self.send(drain=pb.WorkerDrain(reason="SIGTERM"))
        asyncio.get_running_loop().call_later(DRAIN_TIMEOUT, self.stop_all)
        self.leave_when_done()

    def leave_when_done(self) -> None:
        for stream in self.streams if self.done else ():
            stream.half_close()
