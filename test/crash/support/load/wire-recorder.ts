import { InterceptingCall, type Interceptor, status } from "@grpc/grpc-js";
import type { Received, Sent } from "../../../../worker-sdk/src/values/wire.ts";
import type { Happening, LeaseSeen } from "../history/events.ts";
import { hashOf } from "../history/history.ts";
import { opOf } from "./automation-plan.ts";

type Record = (happening: Happening) => void;
type SentFrame = Sent<"WorkerFrame">;
type ReceivedFrame = Received<"ServerFrame">;

type Outcome = "complete" | "fail" | "release";

/** What was sent last for each lease, so that an answer can be told apart. */
export type SentOutcomes = Map<string, Outcome>;

/** What names a lease on the wire, in any of its generated shapes. */
type WireLease = { readonly taskId?: unknown; readonly leaseToken?: unknown } | null | undefined;

/**
 * Writes down every frame of every lease stream of a client, in both directions: what the worker was
 * told, and what it said, whatever its own code makes of it.
 */
export function recordLeaseStreams(by: string, record: Record): Interceptor {
  let streams = 0;
  const sent: SentOutcomes = new Map();
  return (options, nextCall) => {
    if (!options.method_definition.path.endsWith("/Lease")) {
      return new InterceptingCall(nextCall(options));
    }
    streams += 1;
    const stream = `${by}-${process.pid}-${streams}`;
    return new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        next(metadata, {
          onReceiveMessage(message: ReceivedFrame, pass) {
            recordReceived(stream, message, record, sent);
            pass(message);
          },
          onReceiveStatus(end, pass) {
            record({ kind: "stream_end", stream, code: status[end.code] ?? String(end.code) });
            pass(end);
          },
        });
      },
      sendMessage(message: SentFrame, next) {
        recordSent(stream, message, record, sent);
        next(message);
      },
    });
  };
}

/** Writes down the settlements of a frame or a call that is about to be sent, and whether they are forged. */
export function recordSettlements(
  settlements: NonNullable<Sent<"Settle">["settlements"]>,
  record: Record,
  sent: SentOutcomes,
  isForged = false,
): void {
  for (const { lease, complete, fail } of settlements) {
    const outcome = complete ? "complete" : fail ? "fail" : "release";
    const value = complete?.result?.value;
    const resultHash = complete ? hashOf(Buffer.from((value ?? "") as Uint8Array)) : "";
    const seen = leaseSeen(lease);
    sent.set(`${seen.taskId} ${seen.token}`, outcome);
    record({ kind: "settle", ...seen, outcome, resultHash, isForged });
  }
}

/** Writes down the answers to settlements, and whether those are forged. */
export function recordSettleResults(
  results: Received<"SettleAck">["results"],
  record: Record,
  sent: SentOutcomes,
  isForged = false,
): void {
  for (const { lease, status: text } of results) {
    const name = String(text).replace("SETTLEMENT_STATUS_", "");
    const seen = leaseSeen(lease);
    const outcome = sent.get(`${seen.taskId} ${seen.token}`) ?? "complete";
    record({ kind: "settle_ack", ...seen, outcome, status: name, isForged });
  }
}

function recordSent(stream: string, frame: SentFrame, record: Record, sent: SentOutcomes): void {
  if (frame.hello) {
    const { resumeSession, held } = frame.hello;
    record({ kind: "hello", stream, resumed: resumeSession ?? "", held: leasesSeen(held) });
  } else if (frame.heartbeat) {
    const { sequence, leases } = frame.heartbeat;
    const seen = (leases ?? []).map(({ lease }) => leaseSeen(lease));
    record({ kind: "heartbeat", stream, sequence: sequence ?? 0, leases: seen });
  } else if (frame.settle) {
    recordSettlements(frame.settle.settlements ?? [], record, sent);
  }
}

function recordReceived(
  stream: string,
  frame: ReceivedFrame,
  record: Record,
  sent: SentOutcomes,
): void {
  if (frame.welcome) {
    const { sessionKey, leaseTtl, kept, lost } = frame.welcome;
    record({
      kind: "welcome",
      stream,
      session: sessionKey,
      ttlMs: Number(leaseTtl?.seconds ?? 0) * 1000 + (leaseTtl?.nanos ?? 0) / 1e6,
      kept: leasesSeen(kept),
      lost: leasesSeen(lost),
    });
  } else if (frame.grant) {
    for (const task of frame.grant.tasks) {
      record({
        kind: "grant",
        stream,
        ...leaseSeen(task.lease),
        attempt: task.attempt,
        maxAttempts: task.maxAttempts,
        crashes: task.crashes,
        op: opOf(task.headers, task.shardIndex),
        payloadHash: hashOf(task.payload),
      });
    }
  } else if (frame.heartbeatAck) {
    const { sequence, lost, cancelled } = frame.heartbeatAck;
    record({
      kind: "heartbeat_ack",
      stream,
      sequence,
      lost: leasesSeen(lost),
      cancelled: leasesSeen(cancelled),
    });
  } else if (frame.settleAck) {
    recordSettleResults(frame.settleAck.results, record, sent);
  } else if (frame.cancel) {
    record({ kind: "cancel_frame", stream, lease: leaseSeen(frame.cancel.lease) });
  }
}

function leasesSeen(leases: readonly WireLease[] | undefined): LeaseSeen[] {
  return (leases ?? []).map(leaseSeen);
}

function leaseSeen(lease: WireLease): LeaseSeen {
  return { taskId: String(lease?.taskId ?? ""), token: Number(lease?.leaseToken ?? 0) };
}
