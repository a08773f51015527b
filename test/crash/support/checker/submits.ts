import { isAutomatic } from "./automatic-ops.ts";
import { type EventOf, type Ledger, lastRead, type OpFile } from "./ledger.ts";
import type { CheckSettings, Violation } from "./violation.ts";

/** S1, S16: no task whose submit was answered is lost. */
export function checkNothingLost(ledger: Ledger, settings: CheckSettings): Violation[] {
  const lost = settings.isDrained ? lostReceipts(ledger) : [];
  return lost.map((receipt) => ({
    invariant: "S1",
    subject: receipt.taskId,
    text: "its submit was answered and it is gone",
  }));
}

/** S2: nothing comes from nowhere: every task belongs to a submit, and carries what was submitted. */
export function checkNothingInvented(ledger: Ledger): Violation[] {
  const violations: Violation[] = [];
  for (const file of ledger.ops.values()) {
    if (file.calls.length === 0 && !isAutomatic(file.op)) {
      for (const id of file.taskIds) {
        violations.push({ invariant: "S2", subject: id, text: `nobody submitted "${file.op}"` });
      }
    }
  }
  for (const stream of ledger.streams.values()) {
    for (const grant of stream.grants) {
      const calls = ledger.ops.get(grant.op)?.calls ?? [];
      if (calls.length > 0 && !calls.some((call) => call.payloadHash === grant.payloadHash)) {
        violations.push({
          invariant: "S2",
          subject: grant.taskId,
          text: "its payload is not what was submitted",
        });
      }
    }
  }
  return violations;
}

/** S3: one request id makes one task, and a repeat that differs is refused. */
export function checkIdempotence(ledger: Ledger): Violation[] {
  return [...ledger.ops.values()].flatMap((file) => {
    if (file.calls.length === 0 || file.calls[0]?.requestId === "") {
      return [];
    }
    return [...checkOneTask(file), ...checkRepeats(file)];
  });
}

function checkOneTask(file: OpFile): Violation[] {
  if (file.taskIds.size <= 1) {
    return [];
  }
  const text = `one request id made ${file.taskIds.size} tasks: ${[...file.taskIds].join(", ")}`;
  return [{ invariant: "S3", subject: file.op, text }];
}

function checkRepeats(file: OpFile): Violation[] {
  const violations: Violation[] = [];
  const first = file.answers.find(({ outcome, isConflict }) => outcome === "ok" && !isConflict);
  const originals = file.answers.filter(
    ({ outcome, isConflict }) => outcome === "ok" && !isConflict,
  );
  if (originals.filter(({ isDeduplicated }) => !isDeduplicated).length > 1) {
    violations.push({ invariant: "S3", subject: file.op, text: "a repeat was answered as new" });
  }
  for (const answer of file.answers) {
    const isLater = first !== undefined && answer.sinceMs > first.atMs;
    if (isLater && answer.isConflict && answer.outcome === "ok") {
      violations.push({
        invariant: "S3",
        subject: file.op,
        text: "its request id was taken for another payload too",
      });
    }
    if (isLater && !answer.isConflict && answer.outcome === "ok" && !answer.isDeduplicated) {
      violations.push({
        invariant: "S3",
        subject: file.op,
        text: "a repeat after the answer made a task again",
      });
    }
    if (!answer.isConflict && answer.reason === "REQUEST_ID_REUSED" && first !== undefined) {
      violations.push({
        invariant: "S3",
        subject: file.op,
        text: "a true repeat was refused as a conflict",
      });
    }
  }
  return violations;
}

/** The first answers of submits whose tasks are gone. */
export function lostReceipts(ledger: Ledger): EventOf<"submitted">[] {
  const lost: EventOf<"submitted">[] = [];
  for (const task of ledger.tasks.values()) {
    const receipt = task.receipts[0];
    if (receipt !== undefined && (lastRead(task) === null || task.reads.at(-1)?.task === null)) {
      lost.push(receipt);
    }
  }
  return lost;
}
