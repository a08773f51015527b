import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { TaskClient, type TaskInfo } from "@baton/worker-sdk";
import { Cluster } from "../crash/support/cluster.ts";
import { rollingDeploy } from "../crash/support/deploys.ts";
import { targetOf } from "../crash/support/programs/settings.ts";
import { RedisHost } from "../crash/support/redis-host.ts";
import { Child } from "../support/processes/child.ts";
import { eventually } from "../support/time/eventually.ts";
import { pause } from "../support/time/pause.ts";
import { build, LANGUAGES, type Language } from "./toolchains.ts";

const QUEUE = "deploys";
const POLICIES = ["pick_first", "round_robin"] as const;
const minuteMs = 60_000;
/** The longest wait between two tries to connect of the clients, and some time for a busy machine. */
const SETTLE_MS = 4_000;
/** What `npm run recovery` says of the SDK is 300 ms where nothing else runs. */
const LONGEST_GAP_MS = 8_000;

const programs = join(import.meta.dirname, "programs");

/** What a client without retries says of its calls. */
interface Report {
  readonly calls: number;
  readonly longestGapMs: number;
  readonly errors: readonly string[];
}

/** A client that submits without a pause, in the two languages whose gRPC most others share. */
interface SteadyClient {
  readonly name: "python" | "go";
  readonly command: readonly [string, ...string[]];
  /** The dispatchers as the language's gRPC is told of them. */
  readonly target: (addresses: readonly string[]) => string;
}

const CLIENTS: readonly SteadyClient[] = [
  {
    name: "python",
    command: [join(folderOf("python"), ".venv/bin/python"), join(programs, "steady.py")],
    target: targetOf,
  },
  {
    name: "go",
    command: [join(folderOf("go"), "bin/steady")],
    target: (addresses) => addresses.join(","),
  },
];

describe("Clients and workers in other languages", function () {
  this.timeout(8 * minuteMs);

  const children: Child[] = [];
  let redis: RedisHost;
  let cluster: Cluster;
  let client: TaskClient;

  before(() => {
    LANGUAGES.forEach(build);
    execFileSync("go", ["build", "-o", "bin/steady", join(programs, "steady.go")], {
      cwd: folderOf("go"),
      stdio: "pipe",
    });
  });

  beforeEach(async () => {
    redis = await RedisHost.start();
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await client?.close();
    await cluster?.destroy();
    await redis?.stop();
  });

  it("see no error of a rolling deploy of two dispatchers", async () => {
    await serve(2);
    for (const { name, target } of CLIENTS) {
      startWorker(languageOf(name), target(cluster.directAddresses));
    }
    const steady = CLIENTS.flatMap(({ name, command, target }) =>
      POLICIES.map((policy) => {
        const env = { BATON_ADDRESS: target(cluster.directAddresses), BATON_POLICY: policy };
        return { name: `${name}, ${policy}`, child: start(command, env) };
      }),
    );
    await Promise.all(steady.map(({ child }) => child.line(/^ready$/, minuteMs)));
    await rollingDeploy(cluster, SETTLE_MS);
    for (const { name, child } of steady) {
      await child.stop(20_000);
      const [, text = ""] = await child.line(/^report (.*)$/);
      const report: Report = JSON.parse(text);
      console.log(`${name}: ${report.calls} calls, longest gap ${report.longestGapMs} ms`);
      assert.deepEqual(report.errors, [], name);
      assert.ok(report.longestGapMs < LONGEST_GAP_MS, `${name}: ${report.longestGapMs} ms`);
    }
    await assertEachRanOnce();
  });

  it("keep their leases when their connections are too old", async () => {
    await serve(1, "--connection-age", "2s");
    const workers = LANGUAGES.map((language) => ({
      name: language.name,
      child: startWorker(language, cluster.directAddresses[0] ?? ""),
    }));
    await Promise.all(workers.map(({ child }) => submitUntil(child)));
    // Several ages of every connection.
    const untilMs = performance.now() + 10_000;
    while (performance.now() < untilMs) {
      await submitSome();
      await pause(200);
    }
    await assertEachRanOnce();
    for (const { name, child } of workers) {
      assert.deepEqual((await child.stop(20_000)).code, 0, `${name}: ${child.complaints}`);
    }
  });

  async function serve(dispatchers: number, ...flags: string[]): Promise<void> {
    cluster = await Cluster.start({ store: redis.url, dispatchers, leaseTtl: "15s", flags });
    client = new TaskClient({ address: targetOf(cluster.directAddresses) });
  }

  function start(
    [command, ...args]: readonly [string, ...string[]],
    env: Readonly<Record<string, string>>,
  ): Child {
    const child = new Child({ command, args, env: { BATON_QUEUE: QUEUE, ...env } });
    children.push(child);
    return child;
  }

  function startWorker({ command }: Language, address: string): Child {
    return start(command, { BATON_ADDRESS: address, BATON_CONCURRENCY: "8" });
  }

  async function submitSome(): Promise<void> {
    await Promise.all(Array.from({ length: 8 }, () => client.submit(QUEUE, "sleep", 400)));
  }

  /** Submits until the worker runs something: others may be up before it. */
  async function submitUntil(worker: Child): Promise<void> {
    const isBusy = worker.line(/^started /, minuteMs).then(() => true);
    while (!(await Promise.race([isBusy, pause(500)]))) {
      await submitSome();
    }
  }

  /** Every task succeeds, by the first worker that was granted it. */
  async function assertEachRanOnce(): Promise<void> {
    await eventually(
      async () => {
        const left = await tasksIn("READY", "LEASED", "SCHEDULED");
        assert.equal(left.length, 0, `${left.length} tasks have not ended`);
      },
      { withinMs: 30_000 },
    );
    const again = (await tasksIn()).filter(
      ({ state, attempt, crashes }) => state !== "SUCCEEDED" || attempt !== 1 || crashes !== 0,
    );
    assert.deepEqual(again, []);
  }

  async function tasksIn(...states: TaskInfo["state"][]): Promise<TaskInfo[]> {
    const tasks: TaskInfo[] = [];
    for await (const task of client.list({ queue: QUEUE, states, pageSize: 1_000 })) {
      tasks.push(task);
    }
    return tasks;
  }
});

function languageOf(name: string): Language {
  const language = LANGUAGES.find((each) => each.name === name);
  if (language === undefined) {
    throw new Error(`there is no worker in ${name}`);
  }
  return language;
}

function folderOf(name: string): string {
  return languageOf(name).folder;
}
