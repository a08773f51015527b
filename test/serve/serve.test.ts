import assert from "node:assert/strict";
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { Readable } from "node:stream";
import { silentLogger, Worker } from "@baton/worker-sdk";
import { checkHealth } from "../../server/src/health.ts";
import { type Ended, ended } from "../support/processes/ended.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { startRedis } from "../support/redis/redis-server.ts";
import { eventually } from "../support/time/eventually.ts";
import { patiently } from "../support/time/patience.ts";

const MAIN = join(import.meta.dirname, "../../server/src/main.ts");

describe("baton serve", () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "baton-cli-"));
  });

  afterEach(() => {
    for (const child of children.splice(0)) {
      child.kill("SIGKILL");
    }
    rmSync(folder, { recursive: true });
  });

  function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
    const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...args], {
      cwd: folder,
      // Its default is one port for everybody.
      env: { ...process.env, BATON_HTTP_LISTEN: "off" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    return child;
  }

  function run(...args: string[]): Promise<Ended> {
    return ended(start(...args));
  }

  async function serve(...args: string[]): Promise<{ child: ChildProcess; address: string }> {
    const child = start("serve", "--listen", "127.0.0.1:0", "--log-level", "error", ...args);
    return { child, address: await lineAfter(child, "ready ") };
  }

  const store = (): string => `sqlite:${join(folder, "baton.db")}`;

  function refuses(ended: Ended, message: RegExp): void {
    assert.match(ended.errors, message);
    assert.match(ended.errors, /^baton: [^\n]+\n$/, "one line");
    assert.ok(ended.status !== 0 && ended.status !== null, `status ${ended.status}`);
  }

  it("logs levels by their names and fields in snake_case", async () => {
    const child = start(
      "serve",
      "--listen",
      "127.0.0.1:0",
      "--log-level",
      "debug",
      "--store",
      store(),
    );
    let errors = "";
    child.stderr.on("data", (text) => {
      errors += text;
    });
    const address = await lineAfter(child, "ready ");
    const worker = new Worker({
      address,
      logger: silentLogger,
      queues: { q: { types: { t() {} } } },
    });
    const running = worker.run();
    await eventually(() => assert.match(errors, /a session was opened/));
    await worker.stop();
    await running;
    await eventually(() => assert.match(errors, /a stream was closed/));
    const lines = errors
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const line of lines) {
      assert.match(line.level, /^(debug|info|warn|error)$/);
      for (const name of Object.keys(line)) {
        assert.match(name, /^[a-z_]+$/, `a field of ${JSON.stringify(line)}`);
      }
    }
    const opened = lines.find(({ msg }) => msg === "a session was opened");
    assert.ok(opened.session_id && opened.worker_id, JSON.stringify(opened));
  });

  it("says where it serves, answers a health check, and ends with 0 on SIGTERM", async () => {
    const { child, address } = await serve("--store", store());
    const healthy = await run("health", "--address", address);
    assert.deepEqual(healthy, { status: 0, output: `${address} SERVING\n`, errors: "" });
    child.kill("SIGTERM");
    assert.deepEqual(await patiently(() => once(child, "exit")), [0, null]);
    const gone = await run("health", "--address", address);
    assert.equal(gone.status, 1);
    assert.match(gone.output, /cannot be reached/);
  });

  it("is not ready within a second once its file was replaced, says why, and ends in order", async () => {
    const child = start(
      "serve",
      "--listen",
      "127.0.0.1:0",
      "--log-level",
      "warn",
      "--store",
      store(),
    );
    const logged: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => logged.push(line));
    const address = await lineAfter(child, "ready ", true);
    rmSync(join(folder, "baton.db"));
    writeFileSync(join(folder, "baton.db"), "");
    await eventually(async () => {
      assert.equal((await checkHealth(address, Date.now())).line, `${address} NOT_SERVING`);
    });
    assert.match(logged.join("\n"), /baton\.db was replaced while it was open/);
    const other = await run("serve", "--listen", "127.0.0.1:0", "--store", store());
    refuses(other, /is in use by another process/);
    child.kill("SIGTERM");
    assert.deepEqual(await patiently(() => once(child, "exit")), [0, null]);
  });

  it("serves when it says that it is ready, also where its store is another process", async () => {
    const redis = await startRedis();
    try {
      const { address } = await serve("--store", redis.url);
      const { line } = await checkHealth(address, Date.now());
      assert.equal(line, `${address} SERVING`);
    } finally {
      await redis.stop();
    }
  });

  it("goes on where nobody reads its output any more", async () => {
    const flags = ["--store", store(), "--listen", "127.0.0.1:0", "--log-level", "info"];
    const child = start("serve", ...flags);
    const address = await lineAfter(child, "ready ");
    child.stdout.destroy();
    child.stderr.destroy();
    const healthy = await run("health", "--address", address);
    assert.equal(healthy.status, 0);
    child.kill("SIGTERM");
    assert.deepEqual(await patiently(() => once(child, "exit")), [0, null]);
  });

  it("makes the folder of its store", async () => {
    const { child } = await serve("--store", "sqlite:./deep/er/baton.db");
    child.kill("SIGTERM");
    assert.deepEqual(await patiently(() => once(child, "exit")), [0, null]);
  });

  it("refuses a port that is taken, in one line", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const ended = await run("serve", "--listen", `127.0.0.1:${port}`, "--store", store());
    other.close();
    refuses(ended, new RegExp(`cannot listen on 127.0.0.1:${port}: the port is taken`));
  });

  it("refuses a store that another dispatcher has, in one line", async () => {
    await serve("--store", store());
    const ended = await run("serve", "--listen", "127.0.0.1:0", "--store", store());
    refuses(ended, /baton\.db is in use by another process/);
  });

  it("refuses a file that is no database, in one line", async () => {
    writeFileSync(
      join(folder, "baton.db"),
      "this is no database, and long enough to be seen as none",
    );
    refuses(
      await run("serve", "--listen", "127.0.0.1:0", "--store", store()),
      /not a SQLite database/,
    );
  });

  it("refuses another program's database, in one line", async () => {
    const database = new DatabaseSync(join(folder, "baton.db"));
    database.exec("CREATE TABLE bookmarks (url TEXT)");
    database.close();
    const ended = await run("serve", "--listen", "127.0.0.1:0", "--store", store());
    refuses(ended, /another program's database/);
  });

  it("refuses a folder that it cannot write, in one line", async () => {
    writeFileSync(join(folder, "file"), "");
    const path = `sqlite:${join(folder, "file", "baton.db")}`;
    refuses(await run("serve", "--listen", "127.0.0.1:0", "--store", path), /cannot write /);
  });

  it("refuses a store that it does not know, an unknown option and an unknown command", async () => {
    refuses(await run("serve", "--store", "mysql://localhost"), /names no store/);
    refuses(await run("serve", "--stoer", "x"), /Unknown option '--stoer'/);
    refuses(await run("sevre"), /there is no command "sevre"/);
  });

  it("prints its help and its version", async () => {
    const help = await run("--help");
    assert.equal(help.status, 0);
    assert.match(help.output, /--store URL/);
    const version = await run("--version");
    assert.match(version.output, /^\d+\.\d+\.\d+\n$/);
  });
});

function lineAfter(child: ChildProcess, prefix: string, isNoisy = false): Promise<string> {
  return patiently(() => readLineAfter(child, prefix, isNoisy));
}

async function readLineAfter(
  child: ChildProcess,
  prefix: string,
  isNoisy: boolean,
): Promise<string> {
  if (!isNoisy) {
    child.stderr?.pipe(process.stderr);
  }
  if (child.stdout === null) {
    throw new Error("the process has no output");
  }
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith(prefix)) {
      return line.slice(prefix.length);
    }
  }
  throw new Error(`the process ended without a line that begins with ${JSON.stringify(prefix)}`);
}
