import type { Check } from "../check.ts";
import { expect } from "../observation.ts";
import { nameOf, type Scene } from "../scene.ts";
import type { ScriptedStream } from "../stream.ts";
import { keyOf } from "../wire.ts";

const long = { type: "sleep", payload: "60000" } as const;

// How late a line on a pipe or a frame on the loopback may come on a busy machine.
const lateMs = 300;

/** How a worker keeps its leases, and how it gives them up. */
export const keepingChecks: readonly Check[] = [
  {
    id: "heartbeat",
    level: "MUST",
    title: "heartbeats come in time, idle or not, and list every lease held",
    async run(scene) {
      const longestMs = await longestPause(scene);
      const mostMs = 2.5 * scene.terms.heartbeatMs;
      expect(longestMs < mostMs, `a pause of ${longestMs} ms, ${mostMs} ms end the stream`);
      return `the longest pause was ${longestMs} ms`;
    },
  },
  {
    id: "heartbeat-even",
    level: "SHOULD",
    title: "heartbeats come every heartbeat_interval",
    async run(scene) {
      const longestMs = await longestPause(scene);
      const mostMs = 1.5 * scene.terms.heartbeatMs;
      expect(longestMs < mostMs, `a pause of ${longestMs} ms`);
      return `the longest pause was ${longestMs} ms of ${scene.terms.heartbeatMs} ms`;
    },
  },
  {
    id: "cancel",
    level: "MUST",
    title: "a Cancel stops the handler, frees its place and ends its heartbeats",
    async run(scene) {
      const stream = await scene.firstStream();
      const [lease] = await stream.grant([long]);
      await scene.started(lease);
      const fromMs = scene.observation.now();
      scene.dispatcher.endLease(lease.ref);
      stream.send({ cancel: { lease: lease.ref, reason: "conformance" } });
      const tookMs = (await scene.stopped(lease)) - fromMs;
      const open = stream.openCredit;
      await scene.observation.until("credit for the freed place", scene.terms.patienceMs, () => {
        return stream.openCredit > open || stream.openCredit >= 4;
      });
      await expectUnlisted(scene, stream, keyOf(lease.ref));
      return `stopped after ${Math.round(tookMs)} ms`;
    },
  },
  {
    id: "cancel-in-ack",
    level: "MUST",
    title: "leases that HeartbeatAck names lost or cancelled are stopped",
    async run(scene) {
      const stream = await scene.firstStream();
      const [lost, cancelled] = await stream.grant([long, long]);
      await scene.started(lost);
      await scene.started(cancelled);
      scene.dispatcher.endLease(lost.ref);
      scene.dispatcher.endLease(cancelled.ref);
      scene.dispatcher.nextAck = { lost: [lost.ref], cancelled: [cancelled.ref] };
      await scene.stopped(lost);
      await scene.stopped(cancelled);
      const complete = [lost, cancelled].find(isCompleted);
      expect(complete === undefined, "a stopped task was completed");
      return "both stopped";
    },
  },
  {
    id: "silence",
    level: "MUST",
    title: "a worker that hears nothing for 2.5 intervals ends the stream and opens another",
    async run(scene) {
      const { dispatcher, observation, terms } = scene;
      const stream = await scene.firstStream();
      await observation.until("heartbeat", terms.patienceMs, () => stream.heartbeats.length > 0);
      dispatcher.answersHeartbeats = false;
      const fromMs = observation.now();
      const limitMs = 2.5 * terms.heartbeatMs + terms.ttlMs;
      await observation.until("end of the silent stream", limitMs, () => !stream.isOpen);
      const tookMs = observation.now() - fromMs;
      dispatcher.answersHeartbeats = true;
      const next = await dispatcher.stream(stream.index + 1);
      expect(next.hello?.resumeSession === dispatcher.sessionKey, "it did not resume its session");
      return `ended after ${Math.round(tookMs)} ms of silence`;
    },
  },
  {
    id: "self-fence",
    level: "MUST",
    title: "handlers stop before the ttl runs out unanswered, and their results are dropped",
    async run(scene) {
      const { dispatcher, observation, terms } = scene;
      const stream = await scene.firstStream();
      const leases = await stream.grant([
        long,
        { type: "sleep", payload: String(2 * terms.ttlMs) },
      ]);
      for (const lease of leases) {
        await scene.started(lease);
      }
      await observation.until("heartbeat", terms.patienceMs, () => stream.heartbeats.length > 0);
      dispatcher.answersHeartbeats = false;
      dispatcher.onHello = () => undefined;
      const renewedAtMs = Number.isNaN(dispatcher.lastRenewalAtMs)
        ? stream.welcomedAtMs
        : dispatcher.lastRenewalAtMs;
      const ends: number[] = [];
      for (const lease of leases) {
        ends.push((await scene.stopped(lease, 3 * terms.ttlMs)) - renewedAtMs);
      }
      const last = Math.round(Math.max(...ends));
      expect(
        last <= terms.ttlMs + lateMs,
        `stopped after ${last} ms; the ttl is ${terms.ttlMs} ms`,
      );
      await observation.pass(terms.ttlMs);
      const completed = leases.find(isCompleted);
      expect(completed === undefined, "a task whose lease ran out was completed");
      return `stopped ${last} ms after the last renewal; the ttl is ${terms.ttlMs} ms`;
    },
  },
];

function isCompleted(lease: {
  receipts: readonly { settlement: { outcome?: string } }[];
}): boolean {
  return lease.receipts.some(({ settlement }) => settlement.outcome === "complete");
}

async function longestPause(scene: Scene): Promise<number> {
  const { observation, terms } = scene;
  const stream = await scene.firstStream();
  await observation.pass(2.5 * terms.heartbeatMs);
  const [first, second] = await stream.grant([
    { type: "sleep", payload: String(3 * terms.heartbeatMs) },
    { type: "sleep", payload: String(5 * terms.heartbeatMs) },
  ]);
  const settled = await scene.settled(second, 6 * terms.heartbeatMs + terms.patienceMs);
  await observation.pass(2 * terms.heartbeatMs);
  for (const lease of [first, second]) {
    const listed = stream.heartbeats.some((each) => each.leases.has(keyOf(lease.ref)));
    expect(listed, `no heartbeat listed ${nameOf(lease)}`);
  }
  const times = stream.heartbeats.map((each) => each.atMs);
  const untilMs = Math.max(settled.atMs, observation.now());
  const pauses = [...times, untilMs].map(
    (atMs, at) => atMs - (times[at - 1] ?? stream.welcomedAtMs),
  );
  return Math.round(Math.max(...pauses));
}

async function expectUnlisted(scene: Scene, stream: ScriptedStream, key: string): Promise<void> {
  await scene.observation.pass(2 * scene.terms.heartbeatMs);
  const newest = stream.heartbeats.at(-1);
  expect(newest !== undefined && !newest.leases.has(key), "heartbeats still list the lease");
}
