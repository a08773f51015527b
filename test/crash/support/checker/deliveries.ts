import { deliveryOp } from "../load/automation-plan.ts";
import { deliveryOps } from "./automatic-ops.ts";
import type { EventFile, EventOf, Ledger } from "./ledger.ts";
import type { CheckSettings, Violation } from "./violation.ts";

type Complain = (text: string) => void;

/**
 * G12: an event makes at most one task for each subscription that wants it, and exactly one once it was
 * answered as published; publishing it again makes none.
 */
export function checkDeliveries(ledger: Ledger, settings: CheckSettings): Violation[] {
  const violations: Violation[] = [];
  const complainAbout =
    (subject: string): Complain =>
    (text) =>
      violations.push({ invariant: "G12", subject, text });
  for (const { subscription, event, file } of deliveryOps(ledger)) {
    const complain = complainAbout(event);
    const calls = ledger.published.get(event)?.calls ?? [];
    if (calls.length === 0) {
      complain(`${subscription} has a task for it, and nobody published it`);
    } else if (!calls.some(({ subscriptions }) => subscriptions.includes(subscription))) {
      complain(`${subscription} has a task for it, and does not want it`);
    }
    if (file.taskIds.size > 1) {
      const ids = [...file.taskIds].join(", ");
      complain(`${subscription} has ${file.taskIds.size} tasks for it: ${ids}`);
    }
  }
  for (const event of ledger.published.values()) {
    const complain = complainAbout(event.id);
    checkPromised(ledger, settings, event, complain);
    checkRepeats(event, complain);
    checkPayloads(ledger, event, complain);
  }
  return violations;
}

function checkPromised(
  ledger: Ledger,
  settings: CheckSettings,
  event: EventFile,
  complain: Complain,
): void {
  const [receipt] = receiptsOf(event);
  const wanted = subscribersOf(event);
  if (receipt === undefined) {
    return;
  }
  if (receipt.taskIds.length !== wanted.length) {
    complain(`it promised ${receipt.taskIds.length} tasks for ${wanted.length} subscriptions`);
  }
  const promised = new Set(receipt.taskIds);
  for (const subscription of wanted) {
    const ids = [...(ledger.ops.get(deliveryOp(subscription, event.id))?.taskIds ?? [])];
    const isThere = ids.some((id) => ledger.tasks.get(id)?.reads.at(-1)?.task !== null);
    if (settings.isDrained && !isThere) {
      complain(`it was answered as published, and ${subscription} has no task for it`);
    }
    if (ids.some((id) => !promised.has(id))) {
      complain(`${subscription} has the task ${ids.join(", ")}, which its answer does not name`);
    }
  }
}

function checkRepeats(event: EventFile, complain: Complain): void {
  const receipts = receiptsOf(event);
  const [first] = receipts;
  if (receipts.filter(({ isDeduplicated }) => !isDeduplicated).length > 1) {
    complain("a repeat was answered as new");
  }
  if (new Set(receipts.map(({ taskIds }) => [...taskIds].sort().join(" "))).size > 1) {
    complain("a repeat was answered with other tasks");
  }
  for (const answer of event.answers) {
    const isLater = first !== undefined && answer.sinceMs > first.atMs;
    if (isLater && answer.isConflict && answer.outcome === "ok") {
      complain("another event was taken under its id");
    }
    if (isLater && !answer.isConflict && answer.outcome === "ok" && !answer.isDeduplicated) {
      complain("a repeat after the answer was taken for a new event");
    }
    if (first !== undefined && !answer.isConflict && answer.reason === "EVENT_ID_REUSED") {
      complain("a true repeat was refused as another event");
    }
  }
}

function checkPayloads(ledger: Ledger, event: EventFile, complain: Complain): void {
  const isTaken = receiptsOf(event).length > 0;
  const hashes = event.calls
    .filter(({ isConflict }) => !isTaken || !isConflict)
    .map(({ payloadHash }) => payloadHash);
  const grants = subscribersOf(event)
    .flatMap((name) => [...(ledger.ops.get(deliveryOp(name, event.id))?.taskIds ?? [])])
    .flatMap((id) => [...(ledger.tasks.get(id)?.leases.values() ?? [])])
    .flatMap((lease) => lease.grants);
  if (grants.some(({ payloadHash }) => !hashes.includes(payloadHash))) {
    complain("a task of it carries what was not published");
  }
}

function receiptsOf({ answers }: EventFile): EventOf<"published">[] {
  return answers.filter(({ outcome, isConflict }) => outcome === "ok" && !isConflict);
}

function subscribersOf({ calls }: EventFile): readonly string[] {
  return calls[0]?.subscriptions ?? [];
}
