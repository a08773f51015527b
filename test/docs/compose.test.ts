import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { SERVE_OPTIONS } from "../../server/src/settings/config.ts";
import { COMMANDS } from "../../server/src/settings/help.ts";

const repository = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(repository, path), "utf8");

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
}

const compose = parse(read("docker-compose.yml")) as {
  readonly services: Readonly<Record<"redis" | "dispatcher" | "jaeger" | "worker", Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const { redis, dispatcher, jaeger, worker } = compose.services;
const dockerfile = read("Dockerfile");

/** The variables that a program of ours reads, by looking into its source. */
function variablesIn(path: string): string[] {
  return [...read(path).matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name ?? "");
}

describe("docker-compose.yml", () => {
  it("keeps Redis from evicting or forgetting tasks", () => {
    const command = redis.command?.join(" ") ?? "";
    assert.match(redis.image ?? "", /^redis:[78]\./);
    assert.match(command, /--appendonly yes/);
    assert.match(command, /--maxmemory-policy noeviction/);
  });

  it("runs two dispatchers behind one name, each with a published port of its own", () => {
    assert.equal(dispatcher.deploy?.replicas, 2);
    const [, first, last, inner] =
      /^127\.0\.0\.1:(\d+)-(\d+):(\d+)$/.exec(dispatcher.ports?.[0] ?? "") ?? [];
    assert.equal(Number(last) - Number(first), 1);
    assert.match(dockerfile, new RegExp(`BATON_LISTEN=0\\.0\\.0\\.0:${inner}\\b`));
    assert.match(dockerfile, new RegExp(`^EXPOSE ${inner}$`, "m"));
  });

  it("sets only variables that the programs read", () => {
    const known = new Set(SERVE_OPTIONS.map(({ variable }) => variable as string));
    for (const name of Object.keys(dispatcher.environment ?? {})) {
      assert.ok(known.has(name) || name.startsWith("OTEL_"), name);
    }
    for (const [, name] of dockerfile.matchAll(/\b(BATON_\w+)=/g)) {
      assert.ok(known.has(name ?? ""), name);
    }
    const read = new Set(variablesIn("demo/worker.ts"));
    for (const name of Object.keys(worker.environment ?? {})) {
      assert.ok(read.has(name) || name.startsWith("OTEL_"), name);
    }
  });

  it("points every program at a service of this file", () => {
    assert.equal(dispatcher.environment?.BATON_STORE, "redis://redis:6379");
    assert.equal(worker.environment?.BATON_ADDRESS, "dispatcher:7400");
  });

  it("checks health with a command that there is, and waits for it", () => {
    assert.deepEqual(redis.healthcheck?.test, ["CMD", "redis-cli", "ping"]);
    const [, ...command] = dispatcher.healthcheck?.test ?? [];
    assert.equal(command.at(-1), "health");
    assert.ok(COMMANDS.some(({ name }) => name === command.at(-1)));
    assert.ok(dockerfile.includes(JSON.stringify(command).replaceAll(",", ", ")));
    assert.equal(dispatcher.depends_on?.redis?.condition, "service_healthy");
    assert.equal(worker.depends_on?.dispatcher?.condition, "service_healthy");
  });

  it("publishes ports on loopback only", () => {
    for (const service of Object.values(compose.services)) {
      for (const port of service.ports ?? []) {
        assert.match(port, /^127\.0\.0\.1:/);
      }
    }
    assert.match(jaeger.image ?? "", /^jaegertracing\/jaeger:2\./);
  });
});

describe("the Dockerfile", () => {
  it("has the targets that docker-compose.yml builds", () => {
    for (const { build } of [dispatcher, worker]) {
      assert.match(dockerfile, new RegExp(` AS ${build?.target}$`, "m"));
    }
  });

  it("copies and runs only files that are there, or that the build makes", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(?:--\S+ )?(.+) \S+$/gm)].flatMap(
      ([, paths]) => (paths ?? "").split(" "),
    );
    assert.ok(copied.length >= 5, "COPY lines were read");
    for (const path of copied) {
      assert.ok(existsSync(join(repository, path)), path);
    }
    for (const [, path] of dockerfile.matchAll(/"((?:server|demo)\/[^"]+)"/g)) {
      const source = (path ?? "").replace("/dist/", "/src/").replace(/\.js$/, ".ts");
      assert.ok(existsSync(join(repository, source)), path);
    }
  });
});
