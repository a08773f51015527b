import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { figure } from "../measuring/measure.ts";
import type { Question } from "../question.ts";
import type { Figure } from "../report/finding.ts";

const PROGRAM = join(import.meta.dirname, "../store-redis-cost.ts");
const LINE = /^ *([\d.]+) {2}(.+)$/gm;

/** What does the Redis store alone ask of Redis? */
export const storeRedis: Question = {
  name: "store-redis",
  isQuick: false,
  async ask() {
    const args = ["--conditions=source", "--disable-warning=ExperimentalWarning", PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const figures = [...stdout.matchAll(LINE)].map(
      ([, value, label]): Figure => figure(`${label}`, `${label}`, "", [Number(value)]),
    );
    return {
      name: "store-redis",
      title: "The Redis store alone",
      method: stdout.slice(0, stdout.indexOf("\n\n")).replaceAll("\n", " "),
      figures,
      ratios: [],
      plots: [],
    };
  },
};
