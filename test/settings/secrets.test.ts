import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { shownStore } from "../../server/src/compose.ts";
import { loadHealthAddress, loadServeConfig } from "../../server/src/settings/config.ts";
import { ConfigError } from "../../server/src/settings/setting.ts";
import { GrpcClient } from "../support/grpc/grpc-client.ts";
import { Child, type ChildExit } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { type RedisServer, startRedis } from "../support/redis/redis-server.ts";
import { OtlpSink } from "../support/telemetry/otlp-sink.ts";
import { eventually } from "../support/time/eventually.ts";

const MAIN = join(import.meta.dirname, "../../server/src/main.ts");
const HOST = "127.0.0.1:1";

/** A store's URLs with a password in a place where it belongs, or where somebody in a hurry puts it. */
const URLS: Readonly<Record<string, (password: string) => string>> = {
  "with a password": (password) => `redis://:${encodeURIComponent(password)}@${HOST}`,
  "with a user": (password) => `redis://${encodeURIComponent(password)}@${HOST}`,
  "with TLS": (password) => `rediss://me:${encodeURIComponent(password)}@${HOST}/3`,
  "of sentinels": (password) => `redis-sentinel://main:${encodeURIComponent(password)}@${HOST}`,
  "of sentinels, without a master": (password) =>
    `redis-sentinel://${encodeURIComponent(password)}@${HOST}`,
  "of a cluster": (password) => `redis-cluster://:${encodeURIComponent(password)}@${HOST}`,
  "not encoded": (password) => `redis://:${password}@${HOST}`,
  "with a slash": (password) => `redis://:pa/${password}@${HOST}`,
  "with two @": (password) => `redis://:p@${password}@${HOST}`,
  "badly encoded": (password) => `redis://:%ZZ${password}@${HOST}`,
  "as a parameter": (password) => `redis://${HOST}?password=${password}`,
  "as a fragment": (password) => `redis://${HOST}#${password}`,
  "as the database": (password) => `redis://${HOST}/${password}`,
  "without slashes": (password) => `redis:${password}@${HOST}`,
  "with one slash": (password) => `redis:/${password}@${HOST}`,
  "of an unknown scheme": (password) => `redsi://:${password}@${HOST}`,
  "of another store": (password) => `mysql://root:${password}@${HOST}`,
  "in upper case": (password) => `REDIS://:${password}@${HOST}`,
  "with a port that is none": (password) => `redis://:${password}@127.0.0.1:x`,
  "with a space": (password) => `redis://:${password}@ ${HOST}`,
  "without a scheme": (password) => `:${password}@${HOST}`,
  "of SQLite with a parameter": (password) => `sqlite:baton.db?key=${password}`,
  "of SQLite with a user": (password) => `sqlite://me:${password}@db/baton.db`,
};

const passwords = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9]{8,24}$/),
  fc.string({ unit: "binary", minLength: 8, maxLength: 24 }),
  fc.stringMatching(/^[!-~]{8,24}$/),
);

describe("A password in a URL that is given in any form", () => {
  it("is not in what is shown of the store, nor in the error where there is none", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(URLS)), passwords, (urlOf, password) => {
        const url = urlOf(password);
        hides(password, () => shownStore(url));
        hides(password, () =>
          shownStore(loadServeConfig(["--store", url, "--partitions", "a=2"], {}).storeUrl),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it("is not in the error of another option, of an argument or of an address to ask", () => {
    const places: readonly ((url: string) => unknown)[] = [
      (url) => loadServeConfig([url], {}),
      (url) => loadServeConfig([`--${url}`], {}),
      (url) => loadServeConfig(["--listen", url], {}),
      (url) => loadServeConfig([`--lease-ttl=${url}`], {}),
      (url) => loadServeConfig([], { BATON_PROCESSES: url }),
      (url) => loadServeConfig([], { BATON_LOG_LEVEL: url }),
      (url) => loadServeConfig([], { BATON_ALLOW_UNSAFE_REDIS: url }),
      (url) => loadServeConfig([`--allow-unsafe-redis=${url}`], {}),
      (url) => loadHealthAddress(["--address", url], {}),
    ];
    const urls = fc.constantFrom(...Object.values(URLS));
    fc.assert(
      fc.property(fc.constantFrom(...places), urls, passwords, (place, urlOf, password) => {
        hides(password, () => place(urlOf(password)));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("A password that a real dispatcher is started with", () => {
  const children: Child[] = [];
  const sink = new OtlpSink();
  let folder: string;
  let redis: RedisServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "baton-secrets-"));
    redis = await startRedis({ args: ["--requirepass", "r3d1s/p@ss"] });
    await sink.start();
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.stop(5_000)));
  });

  after(async () => {
    await sink.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true });
  });

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
    const listen = ["--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"];
    const child = new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, MAIN, "serve", ...listen, "--log-level", "debug", ...args],
      cwd: folder,
      env,
    });
    children.push(child);
    return child;
  }

  const REFUSED = [
    "with a slash",
    "as a parameter",
    "with two @",
    "of another store",
    "of SQLite with a parameter",
    "with a user",
  ] as const;
  for (const form of REFUSED) {
    it(`is in nothing that it writes where the URL is ${form}`, async () => {
      const url = (URLS[form] ?? String)("c4n4ry");
      const flag = start(["--store", url]);
      const variable = start([], { BATON_STORE: url });
      for (const child of [flag, variable]) {
        const { code } = await child.ends();
        assert.ok(code === 78 || code === 69, `status ${code}`);
        assert.match(child.complaints, /^baton: [^\n]+\n$/m);
        assert.ok(!child.complaints.includes("c4n4ry"), child.complaints);
        assert.ok(!child.output.includes("c4n4ry"), child.output);
      }
    }).timeout(30_000);
  }

  it("is in no output, log, span or metric where it is right", async () => {
    const url = redis.url.replace("//", `//default:${encodeURIComponent("r3d1s/p@ss")}@`);
    const child = start(["--store", url, "--allow-unsafe-redis"], {
      ...sink.environment,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=h34d3r-c4n4ry",
    });
    const [, address = ""] = await child.line(/^ready (\S+)$/);
    const [, http = ""] = await child.line(/^http {2}(\S+)$/);
    await aTask(address);
    const metrics = await (await fetch(`http://${http}/metrics`)).text();
    assert.deepEqual(await child.stop(10_000), { code: 0, signal: null });
    await eventually(() => assert.ok(sink.text.includes("baton-dispatcher")));
    assert.ok(sink.text.includes("process.pid"), "the other attributes of the process are there");
    assert.ok(child.output.includes("store  Redis at 127.0.0.1:"), child.output);
    for (const text of [child.complaints, child.output, metrics, sink.text]) {
      for (const secret of ["r3d1s", "p@ss", "p%40ss", "h34d3r-c4n4ry", "command_args"]) {
        assert.ok(!text.includes(secret), `${secret} is in ${text}`);
      }
    }
  }).timeout(30_000);

  it("is in no output where it is wrong", async () => {
    const child = start(["--store", redis.url.replace("//", "//c4n4ry-u:c4n4ry-p@")]);
    const { code } = await child.ends();
    assert.equal(code, 69);
    assert.match(
      child.complaints,
      /baton: Redis at \S+ refused the user or the password: WRONGPASS/,
    );
    assert.ok(!`${child.complaints}${child.output}`.includes("c4n4ry"), child.complaints);
  }).timeout(30_000);

  const TRACED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "header that is not allowed": {
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${HOST}`,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=c4n4ryé",
    },
    "trace collector's address that is none": {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:c4n4ry pass@host:port",
      OTEL_LOG_LEVEL: "all",
    },
  };
  for (const [what, env] of Object.entries(TRACED)) {
    it(`is in no output where it is part of a ${what}`, async () => {
      const child = start(["--store", "sqlite:./traced.db"], env);
      const { code }: ChildExit = await child.ends();
      assert.equal(code, 78);
      assert.match(child.complaints, /^baton: [^\n]*OTEL_EXPORTER_OTLP/m);
      assert.ok(!`${child.complaints}${child.output}`.includes("c4n4ry"), child.complaints);
    }).timeout(30_000);
  }
});

async function aTask(address: string): Promise<void> {
  const client = new GrpcClient(address);
  try {
    const task = { queue: "mail", type: "send", payload: Buffer.from("{}") };
    await client.task("Submit", { task });
  } finally {
    client.close();
  }
}

/** Fails where what is returned, or the message of a {@link ConfigError}, has a part of the password. */
function hides(password: string, act: () => unknown): void {
  let shown = "";
  try {
    const answer = act();
    shown = typeof answer === "string" ? answer : "";
  } catch (error) {
    assert.ok(error instanceof ConfigError, `${error}`);
    shown = error.message;
  }
  // The texts of our own have such words by chance.
  if (/[A-Za-z0-9]{8}/.test(password)) {
    assert.ok(!shown.includes(password), shown);
    assert.ok(!shown.includes(encodeURIComponent(password)), shown);
  }
}
