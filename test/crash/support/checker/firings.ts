import type { FiringSeen } from "../history/events.ts";
import { type FiringOp, firingOps } from "./automatic-ops.ts";
import { type EventOf, type Ledger, lastRead, type ScheduleFile } from "./ledger.ts";
import type { CheckSettings, Violation } from "./violation.ts";

/** What is known of one tick. */
interface TickFile {
  readonly tickMs: number;
  readonly shards: FiringOp[];
  /** As the schedule itself remembers it; empty where nobody asked in time. */
  readonly listed: FiringSeen[];
}

type Complain = (tickMs: number, text: string) => void;

/**
 * S9: each tick makes its tasks once, whoever sweeps; from the first to the newest that is remembered
 * none is left out, but by the misfire policy; and ticks go on after the faults.
 */
export function checkFirings(ledger: Ledger, settings: CheckSettings): Violation[] {
  const violations: Violation[] = [];
  const bySchedule = groupOps(ledger);
  for (const [name, file] of ledger.schedules) {
    const complain: Complain = (tickMs, text) => {
      const subject = `${name} ${new Date(tickMs).toISOString()}`;
      violations.push({ invariant: "S9", subject, text });
    };
    const put = file.puts[0];
    if (put !== undefined) {
      const ticks = ticksOf(file, bySchedule.get(name) ?? []);
      for (const tick of ticks.values()) {
        checkTick(ledger, settings, put, tick, complain);
      }
      checkRow(ledger, settings, file, put, ticks, complain);
    }
    bySchedule.delete(name);
  }
  for (const [name, ops] of bySchedule) {
    violations.push({
      invariant: "S9",
      subject: name,
      text: `it fired ${ops.length} times and nobody put it`,
    });
  }
  return violations;
}

function groupOps(ledger: Ledger): Map<string, FiringOp[]> {
  const groups = new Map<string, FiringOp[]>();
  for (const op of firingOps(ledger)) {
    const group = groups.get(op.schedule);
    if (group === undefined) {
      groups.set(op.schedule, [op]);
    } else {
      group.push(op);
    }
  }
  return groups;
}

function ticksOf({ listings }: ScheduleFile, ops: readonly FiringOp[]): Map<number, TickFile> {
  const ticks = new Map<number, TickFile>();
  const tickAt = (tickMs: number): TickFile => {
    const tick = ticks.get(tickMs) ?? { tickMs, shards: [], listed: [] };
    ticks.set(tickMs, tick);
    return tick;
  };
  for (const op of ops) {
    tickAt(op.tickMs).shards.push(op);
  }
  for (const { firings } of listings) {
    for (const firing of firings) {
      tickAt(firing.tickMs).listed.push(firing);
    }
  }
  return ticks;
}

function checkTick(
  ledger: Ledger,
  settings: CheckSettings,
  put: EventOf<"schedule_put">,
  tick: TickFile,
  complain: Complain,
): void {
  const { tickMs, shards } = tick;
  const isOnGrid = tickMs >= put.firstTickMs && (tickMs - put.firstTickMs) % put.intervalMs === 0;
  if (!isOnGrid) {
    complain(tickMs, "it is no tick of the schedule");
  }
  for (const { shard, file } of shards) {
    if (file.taskIds.size > 1) {
      const ids = [...file.taskIds].join(", ");
      complain(tickMs, `shard ${shard} was made ${file.taskIds.size} times: ${ids}`);
    }
    if (!(shard >= 0 && shard < put.shards)) {
      complain(tickMs, `there is no shard ${shard} of ${put.shards}`);
    }
    const grants = [...file.taskIds].flatMap((id) => grantsOf(ledger, id));
    if (grants.some(({ payloadHash }) => payloadHash !== put.payloadHash)) {
      complain(tickMs, "its payload is not the schedule's");
    }
  }
  const actedAtMs = actedAt(ledger, tick);
  if (settings.isClockTrue && actedAtMs !== null && actedAtMs < tickMs) {
    complain(tickMs, `it was acted on ${tickMs - actedAtMs} ms early`);
  }
  // What a failover forgot may be decided otherwise.
  if (settings.mayForget.length === 0) {
    checkListed(tick, complain);
    checkKept(ledger, settings, tick, complain);
  }
}

/** What a schedule says about a tick stays the same, and names the tasks that there are. */
function checkListed({ tickMs, shards, listed }: TickFile, complain: Complain): void {
  const [first] = listed;
  if (first === undefined) {
    return;
  }
  const sayings = new Set(listed.map(({ outcome, taskIds }) => [outcome, ...taskIds].join(" ")));
  if (sayings.size > 1) {
    complain(tickMs, `it has firings that differ: ${[...sayings].join("; ")}`);
  }
  const named = new Set(first.taskIds);
  const seen = shards.flatMap(({ file }) => [...file.taskIds]);
  const stray = seen.filter((id) => !named.has(id));
  if (stray.length > 0) {
    complain(tickMs, `it is ${first.outcome} and does not name its task ${stray.join(", ")}`);
  }
}

function checkKept(
  ledger: Ledger,
  settings: CheckSettings,
  { tickMs, shards }: TickFile,
  complain: Complain,
): void {
  const lost = shards
    .flatMap(({ file }) => [...file.taskIds])
    .filter((id) => {
      const task = ledger.tasks.get(id);
      return task !== undefined && task.reads.at(-1)?.isLast === true && lastRead(task) === null;
    });
  if (settings.isDrained && lost.length > 0) {
    complain(tickMs, `its task ${lost.join(", ")} is gone`);
  }
}

/** From the first tick to the newest that is remembered, none is missing but by the policy. */
function checkRow(
  ledger: Ledger,
  settings: CheckSettings,
  { listings }: ScheduleFile,
  put: EventOf<"schedule_put">,
  ticks: ReadonlyMap<number, TickFile>,
  complain: Complain,
): void {
  if (!settings.isDrained) {
    return;
  }
  const last = listings.findLast(({ isLast }) => isLast);
  const newestMs = Math.max(put.firstTickMs, ...(last?.firings ?? []).map(({ tickMs }) => tickMs));
  if (last === undefined || newestMs + put.intervalMs < last.quietAtMs) {
    complain(newestMs, "no later tick was acted on, although the faults are over");
  }
  let actedAtMs: number | null = null;
  for (let at = newestMs; at >= put.firstTickMs; at -= put.intervalMs) {
    const tick = ticks.get(at);
    actedAtMs = (tick && actedAt(ledger, tick)) ?? actedAtMs;
    const shards = new Set(tick?.shards.map(({ shard }) => shard));
    if (shards.size > 0) {
      if (shards.size < put.shards) {
        complain(at, `${shards.size} of its ${put.shards} shards were made`);
      }
    } else if (!mayLeaveOut(settings, put, at, actedAtMs)) {
      complain(at, "it was left out");
    }
  }
}

/** Whether the next act came so late that the policy leaves the tick out. */
function mayLeaveOut(
  { isClockTrue, mayForget }: CheckSettings,
  { misfirePolicy, misfireThresholdMs, intervalMs }: EventOf<"schedule_put">,
  tickMs: number,
  nextActMs: number | null,
): boolean {
  // The newest of the missed ticks is fired, so what is left out has another behind it.
  const marginMs = misfirePolicy === "FIRE_ONCE" ? intervalMs : 0;
  const isSure = isClockTrue && mayForget.length === 0;
  const lateMs = nextActMs === null ? 0 : nextActMs - tickMs;
  const isShort = misfireThresholdMs < 60_000;
  return isSure ? lateMs > misfireThresholdMs + marginMs : isShort;
}

/** When somebody decided about a tick, or at the latest made its first task, by the store's clock. */
function actedAt(ledger: Ledger, { shards, listed }: TickFile): number | null {
  const decidedAtMs = listed.map((firing) => firing.decidedAtMs);
  const submittedAtMs = shards
    .flatMap(({ file }) => [...file.taskIds])
    .flatMap((id) => {
      const task = ledger.tasks.get(id);
      const read = task === undefined ? null : lastRead(task);
      return read?.task ? [read.task.submittedAtMs] : [];
    });
  const times = decidedAtMs.length > 0 ? decidedAtMs : submittedAtMs;
  return times.length === 0 ? null : Math.min(...times);
}

function grantsOf(ledger: Ledger, taskId: string): EventOf<"grant">[] {
  return [...(ledger.tasks.get(taskId)?.leases.values() ?? [])].flatMap(({ grants }) => grants);
}
