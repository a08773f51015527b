import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Program, startProgram } from "../../demo/processes.ts";
import { freePort } from "../support/grpc/loopback.ts";
import { eventually } from "../support/time/eventually.ts";

// Asks a real Jaeger for a trace. It is not among the tests of `npm test`: BATON_JAEGER names a binary of
// Jaeger's all-in-one, 1.62 or so, such as `go build github.com/jaegertracing/jaeger/cmd/all-in-one` makes.

interface JaegerSpan {
  readonly spanID: string;
  readonly operationName: string;
  readonly processID: string;
  readonly references: readonly { readonly refType: string; readonly spanID: string }[];
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
}

interface JaegerTrace {
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

describe("a real Jaeger", function () {
  this.timeout(60_000);
  const programs: Program[] = [];
  const tracing = `--import ${join(import.meta.dirname, "../../demo/tracing.ts")}`;
  let folder: string;
  let jaeger: ChildProcess;
  let query: string;
  let collector: Record<string, string>;

  before(async () => {
    const binary = process.env.BATON_JAEGER ?? "";
    assert.notEqual(binary, "", "BATON_JAEGER must name a binary of Jaeger's all-in-one");
    folder = mkdtempSync(join(tmpdir(), "baton-jaeger-"));
    const [otlp, http] = [await freePort(), await freePort()];
    jaeger = await startJaeger(binary, otlp, http);
    query = `http://127.0.0.1:${http}/api`;
    collector = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlp}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_BSP_SCHEDULE_DELAY: "100",
    };
  });

  after(async () => {
    for (const program of programs.reverse()) {
      program.signal("SIGTERM");
      await program.exited;
    }
    if (jaeger !== undefined) {
      jaeger.kill("SIGKILL");
      await once(jaeger, "exit");
    }
    rmSync(folder, { recursive: true });
  });

  function start(script: string, args: string[], environment: NodeJS.ProcessEnv): Program {
    const program = startProgram(script, args, { ...collector, ...environment });
    programs.push(program);
    return program;
  }

  it("shows a retried task from its submit to its last settlement, attempts linked", async () => {
    const listen = ["--listen", "127.0.0.1:0", "--http-listen", "off", "--log-level", "error"];
    const dispatcher = start(
      "server/src/main.ts",
      ["serve", ...listen, "--store", `sqlite:${folder}/baton.db`],
      { OTEL_SERVICE_NAME: "dispatcher" },
    );
    const environment = {
      NODE_OPTIONS: tracing,
      BATON_ADDRESS: await dispatcher.lineAfter("ready "),
    };
    const programFolder = "test/telemetry/programs";
    const worker = start(`${programFolder}/worker.ts`, [], {
      ...environment,
      OTEL_SERVICE_NAME: "worker",
    });
    await worker.lineAfter("connected");
    start(`${programFolder}/submitter.ts`, ["flaky"], {
      ...environment,
      OTEL_SERVICE_NAME: "submitter",
    });
    const { spans, processes } = await eventually(() => traceWith(query, 10), { withinMs: 30_000 });
    const root = spans.find(({ references }) => references.length === 0);
    assert.equal(root?.operationName, "send traced");
    const attempts = spans.filter(({ operationName }) => operationName === "process traced");
    assert.equal(attempts.length, 3);
    for (const { references } of attempts) {
      assert.ok(
        references.some((each) => each.refType === "CHILD_OF" && each.spanID === root.spanID),
      );
    }
    const linked = attempts.filter(({ references }) => references.length === 2);
    assert.equal(linked.length, 2, "the second and the third attempt link to the one before");
    const failed = attempts.filter(({ tags }) => tags.some(({ key }) => key === "error.type"));
    assert.equal(failed.length, 2);
    const services = Object.values(processes).map(({ serviceName }) => serviceName);
    assert.deepEqual(services.sort(), ["dispatcher", "submitter", "worker"]);
  });
});

async function traceWith(query: string, spans: number): Promise<JaegerTrace> {
  const answer = await fetch(`${query}/traces?service=submitter&limit=1`);
  const { data } = (await answer.json()) as { data: readonly JaegerTrace[] };
  assert.equal(data[0]?.spans.length, spans);
  return data[0];
}

async function startJaeger(binary: string, otlp: number, http: number): Promise<ChildProcess> {
  const anyPort = "127.0.0.1:0";
  const child = spawn(
    binary,
    [
      `--collector.otlp.grpc.host-port=127.0.0.1:${otlp}`,
      `--query.http-server.host-port=127.0.0.1:${http}`,
      ...[
        "collector.otlp.http.host-port",
        "collector.grpc-server.host-port",
        "collector.http-server.host-port",
        "query.grpc-server.host-port",
        "admin.http.host-port",
        "http-server.host-port",
        "processor.jaeger-binary.server-host-port",
        "processor.jaeger-compact.server-host-port",
        "processor.zipkin-compact.server-host-port",
      ].map((flag) => `--${flag}=${anyPort}`),
    ],
    { stdio: "ignore" },
  );
  await eventually(
    async () => assert.equal((await fetch(`http://127.0.0.1:${http}/api/services`)).status, 200),
    { withinMs: 30_000 },
  );
  return child;
}
