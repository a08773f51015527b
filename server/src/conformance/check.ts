import type { Scene } from "./scene.ts";

/** How much a check weighs: a violated MUST fails the worker, a SHOULD is only told. */
export type Level = "MUST" | "SHOULD";

/** One thing that the kit judges, in a scene of its own. */
export interface Check {
  /** Its name on the command line and in the table. */
  readonly id: string;
  readonly level: Level;
  /** What is asked of the worker. */
  readonly title: string;
  /** Resolves with what was seen; rejects with a Violation where the worker fails the check. */
  run(scene: Scene): Promise<string>;
}
