import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { ResourceLimits } from "node:worker_threads";
import { LIMITS } from "@baton/proto/shared";
import { Checks } from "../values/checks.ts";
import { DEFAULTS, MAX_TIMEOUT_MS } from "../values/limits.ts";
import { OptionsError } from "../values/options-error.ts";

/** How threads run a handler. */
export interface ThreadOptions {
  /** How many threads there may be, each with one task at a time. 1 to 1000; by default one for each core. */
  readonly threads?: number;
  /**
   * How long a handler may go on after its signal aborted, before its thread is ended. Default:
   * `DEFAULTS.threads.graceMs`, so that one whose lease is lost has ended before somebody else gets the task.
   */
  readonly graceMs?: number;
  /** Bounds of a thread's memory, as `node:worker_threads` takes them; whoever needs more fails alone. */
  readonly resourceLimits?: ResourceLimits;
}

/** Options that were checked, with every default filled in. */
export interface ThreadSettings {
  /** The handler's module, as a URL. */
  readonly module: string;
  readonly threads: number;
  readonly graceMs: number;
  readonly resourceLimits: ResourceLimits;
}

/** Fills in the defaults. Throws an {@link OptionsError} that names everything that is wrong. */
export function checkThreadOptions(module: URL | string, given?: ThreadOptions): ThreadSettings {
  const checks = new Checks();
  const url = fileUrl(module);
  if (url === undefined) {
    checks.refuse("module", "must be the URL or the absolute path of a file");
  } else if (!existsSync(url)) {
    checks.refuse("module", `must be there: ${url.href} is not`);
  }
  const { threads, graceMs, resourceLimits } = checks.options("options", given);
  checks.integer("threads", threads, 1, LIMITS.maxHeldLeases);
  checks.number("graceMs", graceMs, 0, MAX_TIMEOUT_MS);
  checks.options("resourceLimits", resourceLimits);
  if (checks.violations.length > 0) {
    throw new OptionsError(checks.violations);
  }
  return {
    module: url?.href ?? "",
    threads: threads ?? availableParallelism(),
    graceMs: graceMs ?? DEFAULTS.threads.graceMs,
    resourceLimits: resourceLimits ?? {},
  };
}

function fileUrl(module: unknown): URL | undefined {
  const text = String(module);
  if (isAbsolute(text)) {
    return pathToFileURL(text);
  }
  return URL.canParse(text) && new URL(text).protocol === "file:" ? new URL(text) : undefined;
}
