import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TaskClient } from "@baton/worker-sdk";
import { freePort } from "../support/grpc/loopback.ts";
import { Child } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { OtlpCollector } from "../support/telemetry/otlp-collector.ts";
import { eventually } from "../support/time/eventually.ts";

const MAIN = join(import.meta.dirname, "../../server/src/main.ts");

describe("OpenTelemetry's variables", function () {
  this.timeout(60_000);

  const collector = new OtlpCollector();
  const programs: Child[] = [];
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "baton-otel-"));
    await collector.start();
  });
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.kill();
    collector.spans.length = 0;
  });
  after(() => {
    collector.stop();
    rmSync(folder, { recursive: true });
  });

  function serve(environment: Readonly<Record<string, string>>, ...flags: string[]): Child {
    const store = `sqlite:${join(folder, `${Math.random()}.db`)}`;
    const listen = ["--listen", "127.0.0.1:0", "--store", store];
    const program = new Child({
      command: process.execPath,
      args: [...NODE_FLAGS, MAIN, "serve", ...listen, ...flags],
      env: { ...collector.environment, ...environment },
    });
    programs.push(program);
    return program;
  }

  async function submitTo(program: Child): Promise<void> {
    const [, address = ""] = await program.line(/^ready (.*)/);
    const client = new TaskClient({ address });
    await client.submit("q", "t", {});
    await client.close();
  }

  it("count as not set where they are empty", async () => {
    const names = [
      "OTEL_SDK_DISABLED",
      "OTEL_TRACES_EXPORTER",
      "OTEL_TRACES_SAMPLER",
      "OTEL_TRACES_SAMPLER_ARG",
      "OTEL_PROPAGATORS",
      "OTEL_SERVICE_NAME",
      "OTEL_RESOURCE_ATTRIBUTES",
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
      "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
      "OTEL_EXPORTER_OTLP_HEADERS",
      "OTEL_BSP_MAX_QUEUE_SIZE",
      "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    ];
    const empty = Object.fromEntries(names.map((name, at) => [name, at % 2 === 0 ? "" : " "]));
    await submitTo(serve(empty, "--http-listen", "off"));
    await eventually(() => assert.equal(collector.spans[0]?.service, "baton-dispatcher"), {
      withinMs: 10_000,
    });
  });

  it("name the service and what it runs on in traces and in metrics alike", async () => {
    const port = await freePort();
    const attributes = "service.name=mine,deployment.environment.name=test";
    const program = serve(
      { OTEL_RESOURCE_ATTRIBUTES: attributes },
      "--http-listen",
      `127.0.0.1:${port}`,
    );
    await submitTo(program);
    await eventually(() => assert.equal(collector.spans[0]?.service, "mine"), { withinMs: 10_000 });
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const [info = ""] = /^target_info\{.*$/m.exec(text) ?? [];
    assert.match(info, /service_name="mine"/);
    assert.match(info, /deployment_environment_name="test"/);
  });

  it("name the service by OTEL_SERVICE_NAME first", async () => {
    const attributes = "service.name=mine";
    const environment = { OTEL_RESOURCE_ATTRIBUTES: attributes, OTEL_SERVICE_NAME: "first" };
    await submitTo(serve(environment, "--http-listen", "off"));
    await eventually(() => assert.equal(collector.spans[0]?.service, "first"), {
      withinMs: 10_000,
    });
  });

  const WRONG: Readonly<Record<string, string>> = {
    OTEL_TRACES_SAMPLER: "allways_on",
    OTEL_TRACES_EXPORTER: "otpl",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http",
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grcp",
    OTEL_PROPAGATORS: "tracecontext,b4",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "htp://127.0.0.1:4317",
  };
  for (const [name, value] of Object.entries(WRONG)) {
    it(`are refused at the start where ${name} is ${value}`, async () => {
      const program = serve({ [name]: value }, "--http-listen", "off");
      await eventually(() => assert.ok(!program.isRunning), { withinMs: 20_000 });
      assert.match(program.complaints, new RegExp(`^baton: ${name} [^\\n]+\\n$`));
    });
  }

  it("say that traces travel without Jaeger's propagator, which OpenTelemetry has no more", async () => {
    const program = serve({ OTEL_PROPAGATORS: "jaeger" }, "--http-listen", "off");
    await eventually(() => assert.ok(!program.isRunning), { withinMs: 20_000 });
    assert.match(
      program.complaints,
      /use tracecontext, baggage, b3, b3multi, none; traceparent is/,
    );
  });

  it("that name a collector which takes nothing are said in the log, without their values", async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const program = serve(
      { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${address}`, OTEL_EXPORTER_OTLP_TIMEOUT: "200" },
      "--http-listen",
      "off",
    );
    await submitTo(program);
    await eventually(() => assert.match(program.complaints, /traces could not be sent/), {
      withinMs: 30_000,
    });
    assert.ok(!program.complaints.includes(address));
  });
});
