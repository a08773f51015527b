import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { CHECKS, judge, type Verdict } from "../../server/src/conformance/judge.ts";
import { isConformant } from "../../server/src/conformance/report.ts";

const ttlMs = 1_500;

const correct = [
  { title: "a worker that was written from the protocol alone", file: "correct-worker.ts" },
  { title: "the worker of the SDK", file: "../../examples/typescript/worker.ts" },
];

// Each broken worker, and the check that must catch it.
const caught = [
  { worker: "second-hello", check: "hello" },
  { worker: "negative-credit", check: "credit" },
  { worker: "no-credit-back", check: "credit" },
  { worker: "greedy-credit", check: "credit-fits" },
  { worker: "one-at-a-time", check: "start" },
  { worker: "gives-up", check: "reconnect" },
  { worker: "hot-loop", check: "reconnect" },
  { worker: "settles-twice", check: "results" },
  { worker: "text-only", check: "large-payload" },
  { worker: "sends-anything", check: "large-result" },
  { worker: "strict-reader", check: "unknown" },
  { worker: "new-trace", check: "trace" },
  { worker: "no-span", check: "trace-span" },
  { worker: "idle-silence", check: "heartbeat" },
  { worker: "forgetful-heartbeat", check: "heartbeat" },
  { worker: "slow-heartbeat", check: "heartbeat-even" },
  { worker: "ignores-cancel", check: "cancel" },
  { worker: "ignores-lost", check: "cancel-in-ack" },
  { worker: "deaf", check: "silence" },
  { worker: "no-fence", check: "self-fence" },
  { worker: "forgets-settlement", check: "settle-resend" },
  { worker: "stubborn", check: "settle-stale" },
  { worker: "no-retry", check: "settle-retry" },
  { worker: "insists", check: "settle-rejected" },
  { worker: "no-resume", check: "resume" },
  { worker: "holds-nothing", check: "resume" },
  { worker: "no-number", check: "stream-number" },
  { worker: "ok-is-the-end", check: "resume-after-ok" },
  { worker: "keeps-lost", check: "session-lost" },
  { worker: "tells-key", check: "secret" },
  { worker: "closes-first", check: "server-drain" },
  { worker: "opens-one-more", check: "server-drain" },
  { worker: "drops-dead", check: "drain" },
  { worker: "hasty", check: "drain" },
] as const;

describe("The conformance kit", function () {
  this.timeout(120_000);

  for (const { title, file } of correct) {
    it(`passes ${title}`, async () => {
      // Longer than elsewhere: nothing may look broken that is only slow on a busy machine.
      const options = { command: commandOf(file), checks: CHECKS, jobs: 6, ttlMs: 2 * ttlMs };
      const verdicts = await judge(options);
      assert.deepEqual(
        verdicts.filter((verdict) => !verdict.passed),
        [],
      );
      assert.ok(isConformant(verdicts));
    });
  }

  it("has a broken worker for every check, and a check for every broken worker", () => {
    const files = globSync("*.ts", { cwd: join(import.meta.dirname, "broken") });
    assert.deepEqual(
      files.map((file) => basename(file, ".ts")).sort(),
      caught.map(({ worker }) => worker).sort(),
    );
    assert.deepEqual(
      CHECKS.map(({ id }) => id).filter((id) => !caught.some(({ check }) => check === id)),
      [],
    );
  });

  describe("catches", () => {
    const verdicts = new Map<string, Verdict>();

    before(async () => {
      const queue = [...caught];
      const work = async (): Promise<void> => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          verdicts.set(next.worker, await judgeBroken(next.worker, next.check));
        }
      };
      await Promise.all(Array.from({ length: 6 }, work));
    });

    it("and names the stream that was opened needlessly", () => {
      const seen = verdicts.get("opens-one-more")?.seen ?? "";
      assert.match(seen, /stream 3 was opened while stream 2 was open and had the session/);
    });

    for (const { worker, check } of caught) {
      it(`${worker}.ts by the check ${check}`, () => {
        const verdict = verdicts.get(worker);
        assert.equal(verdict?.id, check);
        assert.equal(verdict.passed, false, verdict.seen);
      });
    }
  });
});

async function judgeBroken(worker: string, id: string): Promise<Verdict> {
  const checks = CHECKS.filter((check) => check.id === id);
  const command = commandOf(join("broken", `${worker}.ts`));
  const [verdict] = await judge({ command, checks, jobs: 1, ttlMs });
  assert.ok(verdict !== undefined);
  return verdict;
}

function commandOf(file: string): string {
  return `${process.execPath} --conditions=source ${join(import.meta.dirname, file)}`;
}
