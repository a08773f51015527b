import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { newSessionKey } from "../domain/ids.ts";
import type { Finding, Rule } from "./frame-rules.ts";
import { Ledger } from "./ledger.ts";
import { Listener } from "./listener.ts";
import type { Observation } from "./observation.ts";
import { type LeaseCall, ScriptedStream, type StreamOwner } from "./stream.ts";
import type { Terms } from "./terms.ts";
import {
  type LeaseRef,
  rawService,
  type Settlement,
  type SettlementResult,
  type SettleRequest,
} from "./wire.ts";

/** What a settlement is answered. */
export type Answer = "OK" | "STALE" | "RETRY" | "REJECTED";

type SettleCall = ServerUnaryCall<SettleRequest, unknown>;

/** A dispatcher that does as a check says, on a real gRPC server. */
export class ScriptedDispatcher implements StreamOwner {
  readonly ledger = new Ledger();
  readonly streams: ScriptedStream[] = [];
  readonly findings: Finding[] = [];
  readonly observation: Observation;
  readonly terms: Terms;
  readonly queue: string;
  /** Of the session that the worker has; empty before the first Welcome. */
  sessionKey = "";
  /** What a settlement is answered; null for no answer at all. */
  answer: (settlement: Settlement) => Answer | null = () => "OK";
  /** Whether heartbeats are answered. */
  answersHeartbeats = true;
  /** Leases that the next HeartbeatAck names. */
  nextAck: { readonly lost: LeaseRef[]; readonly cancelled: LeaseRef[] } = {
    lost: [],
    cancelled: [],
  };
  /** When the last heartbeat that was answered came. */
  lastRenewalAtMs = Number.NaN;
  /** What happens on a Hello. */
  onHello: (stream: ScriptedStream) => void = (stream) => this.greet(stream);
  /** What happens on a WorkerDrain. */
  onDrain: (stream: ScriptedStream) => void = (stream) => stream.send({ drainAck: {} });
  readonly #server = new Server({
    // Larger than the terms allow, so that a message that is too large is seen and judged.
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  #listener: Listener | null = null;
  readonly #keys = new Set<string>();

  constructor(observation: Observation, terms: Terms, queue: string) {
    this.observation = observation;
    this.terms = terms;
    this.queue = queue;
    this.#server.addService(rawService, {
      Lease: (call: LeaseCall) => this.#accept(call),
      Settle: (call: SettleCall, done: sendUnaryData<unknown>) => this.#settleCall(call, done),
    });
  }

  /** Listens on a free port of the loopback and returns its address. */
  async open(): Promise<string> {
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(
        "127.0.0.1:0",
        ServerCredentials.createInsecure(),
        (error, boundPort) => (error === null ? resolve(boundPort) : reject(error)),
      );
    });
    this.#listener = await Listener.open(port);
    return this.#listener.address;
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.#listener?.close();
    this.#server.forceShutdown();
  }

  /** Cuts every connection, as a network does. */
  cut(): void {
    this.#listener?.cut();
  }

  /** Cuts every connection that is or will be made, or stops doing so. */
  refuse(isRefusing: boolean): void {
    if (this.#listener !== null) {
      this.#listener.refusing = isRefusing;
      this.#listener.cut();
    }
  }

  /** Resolves with the stream of this index once its Hello is there. */
  stream(index: number, withinMs = this.terms.patienceMs): Promise<ScriptedStream> {
    return this.observation.until(`Hello on stream ${index + 1}`, withinMs, () => {
      const stream = this.streams[index];
      return stream !== undefined && stream.hello !== null && stream;
    });
  }

  /** Names a stream that the worker had no reason to open; empty where there is none. */
  needlessStream(): string {
    const needless = this.streams.find(({ openedBeside }) => openedBeside !== null);
    const beside = (needless?.openedBeside?.index ?? 0) + 1;
    return needless === undefined
      ? ""
      : `; stream ${needless.index + 1} was opened while stream ${beside} was open and had the session`;
  }

  /** Welcomes a stream to its session, or to a new one. */
  greet(stream: ScriptedStream): void {
    const resumed = stream.hello?.resumeSession ?? "";
    if (resumed === "" || resumed !== this.sessionKey) {
      stream.welcome(stream.hello?.held, newSessionKey());
    } else {
      stream.welcome();
    }
  }

  /** Notes a key that the worker is told. */
  keyTold(key: string): void {
    this.sessionKey = key;
    this.#keys.add(key);
  }

  /** Reads what the program writes where others may read it. */
  wrote(line: string): void {
    for (const key of this.#keys) {
      this.report("secret", line.includes(key) ? "it wrote the session's key out" : null);
    }
  }

  /** Notes a broken rule; null is none. */
  report(rule: Rule, seen: string | null): void {
    if (seen !== null) {
      this.findings.push({ rule, seen });
    }
  }

  /** Takes a lease away from the session. */
  endLease(ref: LeaseRef): void {
    const lease = this.ledger.find(ref);
    if (lease !== undefined) {
      lease.isOver = true;
    }
  }

  /** Answers a heartbeat, where heartbeats are answered. */
  answerHeartbeat(stream: ScriptedStream, sequence: number): void {
    if (this.answersHeartbeats) {
      this.lastRenewalAtMs = this.observation.now();
      const { lost, cancelled } = this.nextAck;
      this.nextAck = { lost: [], cancelled: [] };
      stream.send({ heartbeatAck: { sequence, lost, cancelled } });
    }
  }

  /** Takes settlements and returns their answers, in order. */
  settle(settlements: readonly Settlement[], streamIndex: number): SettlementResult[] {
    return settlements.flatMap((settlement) => {
      const lease = settlement.lease ?? { taskId: "", leaseToken: "0" };
      const granted = this.ledger.find(lease);
      if (granted === undefined || settlement.outcome === undefined) {
        this.report("results", `a settlement of no lease or without outcome: ${lease.taskId}`);
        return [];
      }
      const answer = granted.isOver ? "STALE" : this.answer(settlement);
      granted.receipts.push({ atMs: this.observation.now(), streamIndex, settlement });
      return answer === null ? [] : [resultOf(lease, answer)];
    });
  }

  #accept(call: LeaseCall): void {
    this.streams.push(new ScriptedStream(call, this, this.streams.length));
    this.observation.note();
  }

  #settleCall(call: SettleCall, done: sendUnaryData<unknown>): void {
    const { settlements, sessionKey } = call.request;
    const isProved = sessionKey === this.sessionKey;
    this.report("results", isProved ? null : "a Settle without the session's key");
    const results = this.settle(settlements, -1);
    if (results.length === settlements.length) {
      done(null, { results });
    } else {
      done({ code: status.UNAVAILABLE, details: "no answer" });
    }
    this.observation.note();
  }
}

function resultOf(lease: LeaseRef, answer: Answer): SettlementResult {
  const reason = answer === "REJECTED" ? "refused by the conformance kit" : "";
  return { lease, status: `SETTLEMENT_STATUS_${answer}`, reason };
}
