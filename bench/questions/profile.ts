import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBaton } from "../baton-bed.ts";
import { readProfiles } from "../cpu-profile.ts";
import type { Figure } from "../finding.ts";
import { figure } from "../measure.ts";
import { PAYLOAD_BYTES, type Question } from "../question.ts";
import { submitAndWork } from "./both-at-once.ts";

const ROUNDS = 3;
/** Parts that take less are left out. */
const LEAST_PERCENT = 1;

/** What do the processes spend their time on? */
export const profile: Question = {
  name: "profile",
  isQuick: false,
  async ask(_beds, { tasks }) {
    const folder = mkdtempSync(join(tmpdir(), "baton-profile-"));
    try {
      const bed = await startBaton({ store: "redis", profileInto: folder });
      for (let round = 0; round < ROUNDS; round += 1) {
        await submitAndWork(bed, tasks, PAYLOAD_BYTES);
      }
      await bed.stop();
      return {
        name: "profile",
        title: "What the time goes into",
        method:
          "Submit and process at once on Redis, each process under node's own profiler; shares of the time in " +
          "which a process did anything, starting up left out.",
        figures: figuresOf(folder),
        ratios: [],
        plots: [],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function figuresOf(folder: string): Figure[] {
  return readProfiles(folder).flatMap(({ program, shares }) =>
    shares
      .filter(({ share }) => 100 * share >= LEAST_PERCENT)
      .map(({ part, share }) =>
        figure(`${program}.${part}`, `${program}: ${part}`, "%", [100 * share]),
      ),
  );
}
