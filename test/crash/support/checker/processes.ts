import type { Ledger } from "./ledger.ts";
import type { CheckSettings, Violation } from "./violation.ts";

/** S15: the store holds nothing that belongs to nobody. */
export function checkNoOrphans(ledger: Ledger): Violation[] {
  return ledger.events.flatMap((event) =>
    event.kind === "audit"
      ? event.problems.map((text) => ({ invariant: "S15", subject: "store", text }))
      : [],
  );
}

/** L3: every queue was served whose tasks were not all called off. */
export function checkNoStarvation(ledger: Ledger, settings: CheckSettings): Violation[] {
  const starved = new Set<string>();
  const served = new Set<string>();
  for (const { calls, taskIds } of ledger.ops.values()) {
    const queue = calls[0]?.queue ?? "";
    for (const id of taskIds) {
      const task = ledger.tasks.get(id);
      const end = task?.reads.at(-1)?.task?.state ?? "";
      if (task !== undefined && task.leases.size > 0) {
        served.add(queue);
      } else if (!["", "CANCELLED", "EXPIRED"].includes(end)) {
        starved.add(queue);
      }
    }
  }
  return [...starved]
    .filter((queue) => settings.isDrained && !served.has(queue))
    .map((queue) => ({ invariant: "L3", subject: queue, text: "no task of it was ever granted" }));
}

/** L4: a dispatcher's memory stays bounded. */
export function checkMemory(ledger: Ledger, settings: CheckSettings): Violation[] {
  return ledger.events.flatMap((event) =>
    event.kind === "memory" && event.bytes > settings.maxDispatcherBytes
      ? [{ invariant: "L4", subject: event.target, text: `it held ${event.bytes} bytes` }]
      : [],
  );
}

/** L5: no process ends or complains but where somebody meant it to. */
export function checkNoCrash(ledger: Ledger): Violation[] {
  return ledger.events.flatMap((event) =>
    event.kind === "exit" && (!event.isExpected || event.complaint !== "")
      ? [{ invariant: "L5", subject: event.target, text: `${event.how} ${event.complaint}`.trim() }]
      : [],
  );
}
