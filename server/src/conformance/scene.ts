import type { Clock } from "@baton/proto/shared";
import { ScriptedDispatcher } from "./dispatcher.ts";
import type { GrantedLease, Receipt } from "./ledger.ts";
import { expect, Observation } from "./observation.ts";
import { type HandlerEnd, type HandlerRun, WorkerProgram } from "./program.ts";
import type { ScriptedStream } from "./stream.ts";
import type { Terms } from "./terms.ts";

/** How many tasks the worker program is told to run at once. */
export const concurrency = 4;

/** How long a worker program may take from its start to its Hello. */
const startWithinMs = 60_000;

/** One worker program with a scripted dispatcher of its own, for one check. */
export class Scene {
  readonly dispatcher: ScriptedDispatcher;
  readonly program: WorkerProgram;
  readonly observation: Observation;
  readonly terms: Terms;

  private constructor(dispatcher: ScriptedDispatcher, program: WorkerProgram) {
    this.dispatcher = dispatcher;
    this.program = program;
    this.observation = dispatcher.observation;
    this.terms = dispatcher.terms;
  }

  /** Starts a dispatcher and the program. */
  static async open(command: string, terms: Terms, clock: Clock): Promise<Scene> {
    const observation = new Observation(clock);
    const queue = "conformance";
    const dispatcher = new ScriptedDispatcher(observation, terms, queue);
    const address = await dispatcher.open();
    const environment = {
      BATON_ADDRESS: address,
      BATON_QUEUE: queue,
      BATON_CONCURRENCY: String(concurrency),
    };
    const onLine = (line: string): void => dispatcher.wrote(line);
    return new Scene(dispatcher, new WorkerProgram(command, environment, observation, onLine));
  }

  /** Kills the program and closes the dispatcher. */
  async close(): Promise<void> {
    this.program.signal("SIGKILL");
    await this.dispatcher.close();
  }

  /** Resolves with the first stream, welcomed. */
  async firstStream(): Promise<ScriptedStream> {
    const stream = await this.observation.until("Hello", startWithinMs, () => {
      expect(this.program.exited === null, `the program ended: ${this.endOfProgram()}`);
      const first = this.dispatcher.streams[0];
      return first !== undefined && !Number.isNaN(first.welcomedAtMs) && first;
    });
    return stream;
  }

  /** Resolves with a lease's first settlement. */
  settled(lease: GrantedLease, withinMs = this.terms.patienceMs): Promise<Receipt> {
    return this.observation.until(
      `settlement of ${nameOf(lease)}`,
      withinMs,
      () => lease.receipts[0],
    );
  }

  /** Resolves when a lease's handler runs. */
  started(lease: GrantedLease): Promise<HandlerRun> {
    return this.observation.until(
      `line "started" for ${nameOf(lease)}`,
      this.terms.patienceMs,
      () => this.program.runOf(lease.ref),
    );
  }

  /** Resolves with when a lease's handler was stopped. */
  async stopped(lease: GrantedLease, withinMs = this.terms.patienceMs): Promise<number> {
    const { atMs, how } = await this.#ended(lease, withinMs);
    expect(how === "stopped", `the handler of ${nameOf(lease)} ${how} instead of being stopped`);
    return atMs;
  }

  /** Says how the program ended. */
  endOfProgram(): string {
    const { exited } = this.program;
    return exited === null ? "not at all" : `${exited.signal ?? `exit code ${exited.code}`}`;
  }

  #ended(
    lease: GrantedLease,
    withinMs: number,
  ): Promise<{ readonly atMs: number; readonly how: HandlerEnd }> {
    return this.observation.until(
      `line "ended" for ${nameOf(lease)}`,
      withinMs,
      () => this.program.runOf(lease.ref)?.ended ?? undefined,
    );
  }
}

/** Says which task a lease is of. */
export function nameOf(lease: GrantedLease): string {
  const { type, payload } = lease.task;
  return `${lease.ref.taskId} (${type}${payload.length <= 20 ? ` ${payload}` : ""})`;
}
