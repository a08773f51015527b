import { setImmediate as nextTurn } from "node:timers/promises";
import { inspect } from "node:util";
import "./failures.ts";
import "./hook-times.ts";
import { unwatch, watch } from "./watchdog.ts";

const unhandled: { readonly reason: unknown }[] = [];
const remember = (reason: unknown): void => {
  unhandled.push({ reason });
};

async function failOnUnhandledRejection(): Promise<void> {
  // Node reports a rejection only once the microtasks of its turn are done.
  await nextTurn();
  const [first] = unhandled.splice(0);
  if (first !== undefined) {
    throw new Error(`A promise was rejected and nobody handled it: ${inspect(first.reason)}`);
  }
}

let watched = "";

/** Watches a file from its first test on: where files run in one process, the hooks around all run once. */
function watchFile(file: string): void {
  if (file !== watched) {
    watched = file;
    watch(file);
  }
}

/** Hooks around every test file. */
export const mochaHooks = {
  // Mocha removes every listener of a worker process after each file, hence anew for each.
  beforeAll(this: Mocha.Context): void {
    watchFile(this.test?.parent?.suites[0]?.file ?? "a test file");
    process.off("unhandledRejection", remember);
    process.on("unhandledRejection", remember);
  },
  beforeEach(this: Mocha.Context): void {
    watchFile(this.currentTest?.file ?? watched);
  },
  afterEach: failOnUnhandledRejection,
  async afterAll(): Promise<void> {
    watched = "";
    unwatch();
    await failOnUnhandledRejection();
  },
};
