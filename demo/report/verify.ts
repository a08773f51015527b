import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FinishedTask } from "../tasks.ts";

/**
 * Counts the tasks whose result has the size and the SHA-256 of their file, both computed here from
 * the file itself. Names each one that is wrong.
 */
export function verify(folder: string, tasks: readonly FinishedTask[]): VerifyReport {
  const wrong = tasks
    .filter(({ path, report }) => {
      const content = readFileSync(join(folder, path));
      const sha256 = createHash("sha256").update(content).digest("hex");
      return report?.sha256 !== sha256 || report.bytes !== content.length;
    })
    .map(({ path }) => path);
  return { verified: tasks.length - wrong.length, wrong };
}

/** How many results were right, and the files whose result was not. */
export interface VerifyReport {
  readonly verified: number;
  readonly wrong: readonly string[];
}
