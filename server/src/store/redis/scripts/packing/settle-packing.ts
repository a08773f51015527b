import { encodePastFailure } from "../../../../domain/attempts/attempt-codec.ts";
import type { Content, Failure } from "../../../../domain/task.ts";
import type { Settlement, SettlementOutcome } from "../../../store.ts";
import { encodeContent, encodeFailure } from "./details.ts";
import { writeToken } from "./record.ts";

const NOTHING = Buffer.alloc(0);
// Beside the session and the detail.
const ENDING_BYTES = 22;
const SESSION_AT = 18;
const KINDS: Readonly<Record<SettlementOutcome["kind"], number>> = {
  complete: 1,
  fail: 2,
  timed_out: 3,
  release: 4,
};

const DIES = 1;
const HOLDS = { key: 2, queue: 3 } as const;

/** How so many leases in turn end. */
interface Ending {
  readonly first: Settlement;
  readonly detail: Uint8Array;
  count: number;
}

/**
 * Packs how leases end, as lua/settle_leases.lua's header states: once for all in turn that end alike, as
 * those do that were leased together and have nothing to tell apart in their results.
 */
export function packEndings(batch: readonly Settlement[]): Buffer {
  const endings: Ending[] = [];
  let bytes = 0;
  let last: Ending | null = null;
  for (const settlement of batch) {
    if (last !== null && isAlike(last.first, settlement)) {
      last.count += 1;
    } else {
      last = { first: settlement, detail: detailOf(settlement.outcome), count: 1 };
      bytes += ENDING_BYTES + settlement.sessionId.length + last.detail.length;
      endings.push(last);
    }
  }
  const packed = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const ending of endings) {
    at = writeEnding(ending, packed, at);
  }
  return packed;
}

function isAlike({ sessionId, lease, outcome }: Settlement, other: Settlement): boolean {
  return (
    outcome.kind === "complete" &&
    other.outcome.kind === "complete" &&
    lease.token === other.lease.token &&
    sessionId === other.sessionId &&
    isSame(outcome.result, other.outcome.result)
  );
}

function isSame(result: Content, other: Content): boolean {
  return (
    result.value.length === other.value.length &&
    result.contentType === other.contentType &&
    (result.value.length === 0 || Buffer.compare(result.value, other.value) === 0)
  );
}

function writeEnding({ first, detail, count }: Ending, packed: Buffer, at: number): number {
  const { sessionId, lease, outcome } = first;
  packed.writeUInt16LE(count, at);
  writeToken(lease.token, packed, at + 2);
  packed[at + 9] = KINDS[outcome.kind];
  packed[at + 10] = aftermathOf(outcome);
  packed.writeUIntLE(delayOf(outcome), at + 11, 6);
  packed[at + SESSION_AT - 1] = sessionId.length;
  const lengthAt = at + SESSION_AT + packed.write(sessionId, at + SESSION_AT, "latin1");
  packed.writeUInt32LE(detail.length, lengthAt);
  packed.set(detail, lengthAt + 4);
  return lengthAt + 4 + detail.length;
}

function aftermathOf(outcome: SettlementOutcome): number {
  if ("next" in outcome) {
    return outcome.next.kind === "die" ? DIES : 0;
  }
  return "hold" in outcome && outcome.hold ? HOLDS[outcome.hold.scope] : 0;
}

function delayOf(outcome: SettlementOutcome): number {
  if (outcome.kind === "complete") {
    return 0;
  }
  if (outcome.kind === "release") {
    return outcome.delayMs;
  }
  return outcome.next.kind === "retry" ? outcome.next.delayMs : 0;
}

function detailOf(outcome: SettlementOutcome): Uint8Array {
  switch (outcome.kind) {
    case "complete":
      return encodeContent(outcome.result);
    case "release":
      return outcome.hold === undefined ? NOTHING : Buffer.from(String(outcome.hold.forMs));
    case "fail":
    case "timed_out":
      return failureDetail(outcome.failure);
  }
}

/** What is kept with the attempt, behind its length, and then the whole failure. */
function failureDetail(failure: Failure): Buffer {
  const kept = encodePastFailure(failure);
  const size = Buffer.alloc(2);
  size.writeUInt16LE(kept.length);
  return Buffer.concat([size, kept, Buffer.from(encodeFailure(failure))]);
}
