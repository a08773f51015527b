import { newSessionKey } from "../../domain/ids.ts";
import type { Check } from "../check.ts";
import type { ScriptedDispatcher } from "../dispatcher.ts";
import type { GrantedLease } from "../ledger.ts";
import { expect } from "../observation.ts";
import { nameOf } from "../scene.ts";
import type { ScriptedStream } from "../stream.ts";
import { keyOf } from "../wire.ts";

const long = { type: "sleep", payload: "60000" } as const;

/** What a worker does when its stream ends, moves or is to end. */
export const movingChecks: readonly Check[] = [
  {
    id: "resume",
    level: "MUST",
    title: "after a broken stream the session is resumed, its handlers run on, lost ones stop",
    async run(scene) {
      const { dispatcher, observation } = scene;
      const stream = await scene.firstStream();
      const [kept, lost] = await stream.grant([{ type: "sleep", payload: "1500" }, long]);
      await scene.started(kept);
      await scene.started(lost);
      dispatcher.onHello = (next) => next.welcome([lost.ref]);
      const brokenAtMs = observation.now();
      dispatcher.cut();
      const next = await dispatcher.stream(stream.index + 1);
      expectResumed(next, dispatcher.sessionKey, [kept, lost]);
      await scene.stopped(lost);
      const { settlement, streamIndex } = await scene.settled(kept);
      expect(settlement.outcome === "complete", `the kept task ended with ${settlement.outcome}`);
      expect(streamIndex !== stream.index, "it settled on the old stream");
      await next.credited(4);
      return `back after ${Math.round(next.openedAtMs - brokenAtMs)} ms`;
    },
  },
  {
    id: "resume-after-ok",
    level: "MUST",
    title: "a stream that ends with OK is opened again, with the session",
    async run(scene) {
      const { dispatcher } = scene;
      const stream = await scene.firstStream();
      const [lease] = await stream.grant([{ type: "sleep", payload: "1000" }]);
      await scene.started(lease);
      stream.end();
      const next = await dispatcher.stream(stream.index + 1);
      expectResumed(next, dispatcher.sessionKey, [lease]);
      const { settlement } = await scene.settled(lease);
      expect(settlement.outcome === "complete", `the task ended with ${settlement.outcome}`);
      return "resumed";
    },
  },
  {
    id: "stream-number",
    level: "SHOULD",
    title: "each stream of a session has a higher stream_number than those before it",
    async run(scene) {
      const { dispatcher } = scene;
      const first = await scene.firstStream();
      dispatcher.cut();
      const second = await dispatcher.stream(first.index + 1);
      second.tellToMove();
      await dispatcher.stream(second.index + 1);
      const numbers = dispatcher.streams.map(({ hello }) => hello?.streamNumber ?? 0);
      const isRising = numbers.every((number, at) => number > (numbers[at - 1] ?? 0));
      expect(isRising, `streams numbered ${numbers.join(", ")}`);
      return numbers.join(", ");
    },
  },
  {
    id: "session-lost",
    level: "MUST",
    title: "if the session is gone, its handlers stop and the new session's key is used",
    async run(scene) {
      const { dispatcher } = scene;
      const stream = await scene.firstStream();
      const [lease] = await stream.grant([long]);
      await scene.started(lease);
      const another = newSessionKey();
      dispatcher.onHello = (next) => next.welcome(next.hello?.held, another);
      dispatcher.cut();
      const second = await dispatcher.stream(stream.index + 1);
      await scene.stopped(lease);
      const [fresh] = await second.grant([{ type: "echo", payload: "again" }]);
      await scene.settled(fresh);
      dispatcher.cut();
      const third = await dispatcher.stream(second.index + 1);
      expectResumed(third, another, []);
      return "stopped, and moved to the new session";
    },
  },
  {
    id: "secret",
    level: "MUST",
    title: "the session's key is written to no output, whatever becomes of the session",
    async run(scene) {
      const { dispatcher, program, observation, terms } = scene;
      const stream = await scene.firstStream();
      const [done, failed] = await stream.grant([
        { type: "echo", payload: "x" },
        { type: "fail", payload: "Boom" },
      ]);
      await scene.settled(done);
      await scene.settled(failed);
      dispatcher.cut();
      const second = await dispatcher.stream(stream.index + 1);
      await second.credited(1);
      dispatcher.onHello = (next) => next.welcome(next.hello?.held, newSessionKey());
      dispatcher.cut();
      await (await dispatcher.stream(second.index + 1)).credited(1);
      program.signal("SIGTERM");
      await observation.until("exit", 2 * terms.patienceMs, () => program.exited !== null);
      const isTold = dispatcher.findings.some(({ rule }) => rule === "secret");
      expect(!isTold, "the session's key is in the program's output");
      return "not seen";
    },
  },
  {
    id: "server-drain",
    level: "MUST",
    title: "on ServerDrain one other stream is open before the first is closed",
    async run(scene) {
      const { dispatcher, observation, terms } = scene;
      const stream = await scene.firstStream();
      const [lease] = await stream.grant([{ type: "sleep", payload: "1500" }]);
      await scene.started(lease);
      stream.tellToMove();
      const next = await dispatcher.stream(stream.index + 1);
      expect(
        Number.isNaN(stream.endedAtMs) && stream.isOpen,
        "the first stream was closed before the second was open",
      );
      expectResumed(next, dispatcher.sessionKey, [lease]);
      await observation.until(
        "half-close of the first stream",
        terms.patienceMs,
        () => !Number.isNaN(stream.halfClosedAtMs),
      );
      const { settlement } = await scene.settled(lease);
      expect(settlement.outcome === "complete", `the task ended with ${settlement.outcome}`);
      const needless = dispatcher.needlessStream();
      expect(needless === "", `one stream too many${needless}`);
      await next.credited(4);
      return "moved, and the task ran on";
    },
  },
  {
    id: "dismiss",
    level: "SHOULD",
    title: "on Dismiss it goes as on SIGTERM, finishes its leases and does not come back",
    async run(scene) {
      const { dispatcher, observation, program, terms } = scene;
      const stream = await scene.firstStream();
      const [lease] = await stream.grant([{ type: "sleep", payload: "800" }]);
      await scene.started(lease);
      dispatcher.onDrain = () => stream.send({ drainAck: {} });
      stream.send({ dismiss: { reason: "the check asks it to go" } });
      await observation.until(
        "WorkerDrain",
        terms.patienceMs,
        () => !Number.isNaN(stream.drainAtMs),
      );
      const { settlement } = await scene.settled(lease);
      expect(settlement.outcome !== "fail", "its task was failed");
      await observation.until("exit", 2 * terms.patienceMs, () => program.exited !== null);
      expect(program.exited?.code === 0, `ended with ${scene.endOfProgram()}`);
      expect(dispatcher.streams.length === stream.index + 1, "it opened another stream");
      return `${settlement.outcome}; exit code 0`;
    },
  },
  {
    id: "drain",
    level: "MUST",
    title: "SIGTERM: WorkerDrain, leases finished or released, half-close, exit code 0",
    async run(scene) {
      const { dispatcher, observation, program, terms } = scene;
      const stream = await scene.firstStream();
      const leases = await stream.grant([{ type: "sleep", payload: "800" }]);
      await stream.credited(1);
      await scene.started(leases[0]);
      dispatcher.onDrain = () => {
        // A grant that crosses the WorkerDrain: the worker has it to give back.
        leases.push(...stream.grantNow([{ type: "echo", payload: "crossing" }]));
        stream.send({ drainAck: {} });
      };
      const isUnanswered = holdAnswers(dispatcher, stream, terms.heartbeatMs);
      program.signal("SIGTERM");
      await observation.until(
        "WorkerDrain",
        terms.patienceMs,
        () => !Number.isNaN(stream.drainAtMs),
      );
      for (const lease of leases) {
        const { settlement } = await scene.settled(lease);
        expect(settlement.outcome !== "fail", `${nameOf(lease)} was failed`);
      }
      await observation.until(
        "half-close",
        2 * terms.patienceMs,
        () => !Number.isNaN(stream.endedAtMs) || program.exited !== null,
      );
      expect(
        !Number.isNaN(stream.endedAtMs),
        `the program ended without a half-close: ${scene.endOfProgram()}`,
      );
      expect(!isUnanswered(), "it half-closed before its settlements' answers");
      await observation.until("exit", terms.patienceMs, () => program.exited !== null);
      expect(program.exited?.code === 0, `ended with ${scene.endOfProgram()}`);
      const outcomes = leases.map((lease) => lease.receipts[0]?.settlement.outcome);
      return `${outcomes.join(", ")}; exit code 0 after ${took(stream, program.exitedAtMs)} ms`;
    },
  },
];

function expectResumed(
  stream: ScriptedStream,
  sessionKey: string,
  leases: readonly GrantedLease[],
): void {
  const resumed = stream.hello?.resumeSession;
  expect(
    resumed === sessionKey,
    `resume_session ${JSON.stringify(resumed)}, not ${JSON.stringify(sessionKey)}`,
  );
  const held = new Set(stream.hello?.held.map(keyOf));
  const missing = leases.find((lease) => !held.has(keyOf(lease.ref)));
  expect(missing === undefined, `held did not list ${missing?.ref.taskId}`);
}

/** Answers each settlement after a while; returns a function that tells whether any is unanswered. */
function holdAnswers(
  dispatcher: ScriptedDispatcher,
  stream: ScriptedStream,
  delayMs: number,
): () => boolean {
  let unanswered = 0;
  dispatcher.answer = ({ lease }) => {
    unanswered += 1;
    void dispatcher.observation.pass(delayMs).then(() => {
      // What the worker does not hear any more is not answered.
      unanswered -= Number.isNaN(stream.endedAtMs) ? 1 : 0;
      stream.send({ settleAck: { results: [{ lease, status: "SETTLEMENT_STATUS_OK" }] } });
    });
    return null;
  };
  return () => unanswered > 0;
}

function took(stream: ScriptedStream, exitedAtMs: number): number {
  return Math.round(exitedAtMs - stream.drainAtMs);
}
