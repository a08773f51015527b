import { LIMITS, PATTERNS } from "@baton/proto/shared";
import { isHeld, type Ledger } from "./ledger.ts";
import type { Observation } from "./observation.ts";
import type { Terms } from "./terms.ts";
import { type Hello, keyOf, type LeaseRef } from "./wire.ts";

/** The rules that hold in every scene, each reported under the check of its name. */
export type Rule = "hello" | "credit" | "heartbeat" | "results" | "secret";

/** A broken rule. */
export interface Finding {
  readonly rule: Rule;
  readonly seen: string;
}

/** Returns what is wrong with a Hello; null where nothing is. */
export function judgeHello(
  hello: Hello | null,
  queue: string,
  sessionKey: string,
  ledger: Ledger,
): string | null {
  if (hello === null) {
    return "the first frame was no Hello";
  }
  const queues = hello.subscriptions.map((subscription) => subscription.queue);
  const unknown = hello.held.filter((ref) => ledger.find(ref) === undefined);
  const problems: [boolean, string][] = [
    [hello.protocolVersion !== 1, `protocol_version ${hello.protocolVersion}, not 1`],
    [!PATTERNS.name.test(hello.workerId), `worker_id ${JSON.stringify(hello.workerId)}`],
    [!queues.includes(queue), `no subscription to ${queue}, but to ${queues.join(", ")}`],
    [new Set(queues).size !== queues.length, "a queue twice in the subscriptions"],
    [hello.held.length > LIMITS.maxHeldLeases, `${hello.held.length} held leases`],
    [unknown.length > 0, `held a lease that was never granted: ${unknown.map(keyOf).join(", ")}`],
    [hello.held.length > 0 && hello.resumeSession === "", "held leases without resume_session"],
    [
      hello.resumeSession !== "" && hello.resumeSession !== sessionKey,
      `resume_session ${JSON.stringify(hello.resumeSession)} is not the session's key`,
    ],
    [
      Buffer.byteLength(hello.sdk) > LIMITS.maxSdkBytes,
      `sdk of ${Buffer.byteLength(hello.sdk)} bytes`,
    ],
  ];
  return problems.find(([isProblem]) => isProblem)?.[1] ?? null;
}

/** Returns what is wrong with a Credit that has been added to the stream's; null where nothing is. */
export function judgeCredit(
  tasks: number,
  stream: { readonly openCredit: number; readonly drainAtMs: number },
): string | null {
  if (tasks < 1 || tasks > LIMITS.maxCredit) {
    return `a Credit of ${tasks}`;
  }
  if (stream.openCredit > LIMITS.maxCredit) {
    return `open credit of ${stream.openCredit}, more than ${LIMITS.maxCredit}`;
  }
  return Number.isNaN(stream.drainAtMs) ? null : "a Credit after WorkerDrain";
}

/** What a heartbeat is held against. */
export interface HeartbeatScene {
  readonly ledger: Ledger;
  readonly observation: Observation;
  readonly terms: Terms;
}

/** Returns what is wrong with a heartbeat's list of leases; null where nothing is. */
export function judgeHeartbeat(
  refs: readonly LeaseRef[],
  welcomedAtMs: number,
  { ledger, observation, terms }: HeartbeatScene,
): string | null {
  const unknown = refs.find((ref) => ledger.find(ref) === undefined);
  if (unknown !== undefined) {
    return `a heartbeat listed a lease that was never granted: ${keyOf(unknown)}`;
  }
  const listed = new Set(refs.map(keyOf));
  // A heartbeat that crosses a grant cannot list it yet; the next one can.
  const sinceMs = observation.now() - terms.heartbeatMs;
  const missing = ledger
    .held()
    .filter(
      (lease) => isHeld(lease) && lease.grantedAtMs < sinceMs && !listed.has(keyOf(lease.ref)),
    );
  return missing.length === 0 || welcomedAtMs > sinceMs
    ? null
    : `a heartbeat left out ${missing.length} of the leases held`;
}
