import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKS, judge, type Verdict } from "../../server/src/conformance/judge.ts";
import { leaveOut } from "./pseudo-code/leave-out.ts";
import { blockOf, programOf } from "./pseudo-code/program.ts";

const ttlMs = 1_500;
const worker = join(import.meta.dirname, "pseudo-code", "worker.ts");

// What is left out, and the check that must miss it.
const missed = [
  {
    piece: "  if moved: await moved              # else main would open one too many\n",
    check: "server-drain",
  },
  { piece: "      ServerDrain  → moved = moved or hold(open_lease())\n", check: "server-drain" },
  {
    piece: "  if stream: stream.half_close()     # after a move; its end is no news\n",
    check: "server-drain",
  },
  { piece: "resume_session: session, ", check: "resume" },
  { piece: ", held: keys(attempts, outbox) if session else []", check: "resume" },
  { piece: "  stop(frame.lost)\n", check: "session-lost" },
  { piece: ", stream_number: opened", check: "stream-number" },
  { piece: "      Cancel       → stop([frame.lease])\n", check: "cancel" },
  { piece: "; stop(frame.cancelled)", check: "cancel-in-ack" },
  {
    piece: "  for settlement in values(outbox): s.send(Settle{settlements: [settlement]})\n",
    check: "settle-resend",
  },
  {
    piece:
      "; await sleep(settlement.pause)\n               if stream and outbox[result.lease] == settlement: stream.send(Settle{settlements: [settlement]})",
    check: "settle-retry",
  },
  {
    piece: '    REJECTED → settle(result.lease, failure("Rejected", result.reason))\n',
    check: "settle-rejected",
  },
  {
    piece:
      '  if |outcome| > max_payload: outcome = failure("ResultTooLarge", "it is larger than max_payload_bytes")\n',
    check: "large-result",
  },
  { piece: "  if stream and not draining: stream.send(Credit{tasks: 1})\n", check: "credit" },
  { piece: "    for lease in keys(attempts): held.push(HeldLease{lease})\n", check: "heartbeat" },
  {
    piece: "  for s in keys(streams): if now − s.heard > 2.5 × interval: s.cancel()\n",
    check: "silence",
  },
  { piece: "  if now − renewed > 0.9 × ttl: release_all()\n", check: "self-fence" },
  { piece: "  if stream: stream.send(WorkerDrain{})\n", check: "drain" },
] as const;

describe("The pseudo-code of the protocol page", function () {
  this.timeout(120_000);

  const block = blockOf(readFileSync("docs/protocol.md", "utf8"));

  it("is a worker that keeps every rule", async () => {
    // Longer than below: nothing may look broken that is only slow on a busy machine.
    const verdicts = await judge({ command: command(), checks: CHECKS, jobs: 6, ttlMs: 2 * ttlMs });
    assert.deepEqual(
      verdicts.filter(({ passed }) => !passed),
      [],
    );
  });

  it("is understood line by line, or not at all", () => {
    const names = ["open_lease", "begin", "sleep", "random", "min", "max", "keys", "values"];
    const provided = [...names, "worker_id", "subscriptions", "concurrency"];
    assert.match(programOf(block, provided), /^async function hold\(s\)/m);
    const wrong: [string, RegExp][] = [
      ["  draining = true\n", /line \d+ of the pseudo-code, "somehow"/],
      ["  draining = true\n", /nothing is called somehow/],
      ["  return welcomed\n", /nothing is called somehow/],
      ["      else         → ignore\n", /"somehow": it is no case/],
    ];
    assert.throws(() => programOf(`${block}somehow\n`, provided), /"somehow": it begins nothing/);
    for (const [line, error] of wrong) {
      const indent = /^ */.exec(line)?.[0] ?? "";
      assert.throws(() => programOf(block.replace(line, `${indent}somehow\n`), provided), error);
    }
  });

  describe("without", () => {
    const verdicts = new Map<string, Verdict>();

    before(async () => {
      const queue = [...missed];
      const work = async (): Promise<void> => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          verdicts.set(next.piece, await judgeWithout(next.piece, next.check));
        }
      };
      await Promise.all(Array.from({ length: 6 }, work));
    });

    for (const { piece, check } of missed) {
      it(`${JSON.stringify(piece.trim())} fails the check ${check}`, () => {
        const verdict = verdicts.get(piece);
        assert.equal(verdict?.id, check);
        assert.equal(verdict.passed, false, verdict.seen);
        // Not for want of sense.
        assert.doesNotMatch(verdict.errors.join("\n"), /Error/);
      });
    }

    it("its wait for the other stream opens a third, which the kit names", () => {
      const { seen = "" } = verdicts.get(missed[0].piece) ?? {};
      assert.match(seen, /stream 3 was opened while stream 2 was open and had the session/);
    });
  });

  async function judgeWithout(piece: string, id: string): Promise<Verdict> {
    // Throws where it is not there.
    leaveOut(block, piece);
    const checks = CHECKS.filter((check) => check.id === id);
    const [verdict] = await judge({ command: command(piece), checks, jobs: 1, ttlMs });
    assert.ok(verdict !== undefined);
    return verdict;
  }
});

function command(piece?: string): string {
  const argument = piece === undefined ? "" : ` '${piece}'`;
  return `${process.execPath} --conditions=source ${worker}${argument}`;
}
