import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { protoPath as healthProto } from "grpc-health-check";
import { failureOf, StreamProbe } from "../../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";

interface HealthReply {
  readonly status: string;
}

interface ReflectionReply {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
  readonly errorResponse?: { readonly errorMessage: string };
}

const options = { longs: String, enums: String, defaults: true, oneofs: true };
const require = createRequire(import.meta.url);
const reflectionProto = join(
  dirname(require.resolve("@grpc/reflection")),
  "../proto/grpc/reflection/v1/reflection.proto",
);

function clientOf(file: string, path: readonly string[], address: string) {
  let found: unknown = loadPackageDefinition(loadSync(file, options));
  for (const name of path) {
    found = (found as Record<string, unknown>)[name];
  }
  return new (found as ServiceClientConstructor)(address, credentials.createInsecure());
}

describe("The health service", () => {
  let dispatcher: ScriptedDispatcher;
  let clock: ManualClock;
  let grpc: GrpcUnderTest;
  let client: InstanceType<ServiceClientConstructor>;

  beforeEach(async () => {
    dispatcher = new ScriptedDispatcher();
    clock = new ManualClock();
    grpc = await startGrpc(dispatcher, { clock });
    client = clientOf(healthProto, ["grpc", "health", "v1", "Health"], grpc.address);
  });

  afterEach(async () => {
    client?.close();
    await grpc?.stop();
  });

  function check(service: string): Promise<string> {
    return new Promise((resolve, reject) => {
      client.check?.({ service }, (error: Error | null, reply?: HealthReply) =>
        reply === undefined ? reject(error) : resolve(reply.status),
      );
    });
  }

  function watch(): StreamProbe<never, HealthReply> {
    return new StreamProbe(client.watch?.({ service: "" }) as ClientReadableStream<HealthReply>);
  }

  it("says SERVING for the whole and for each service", async () => {
    for (const service of ["", "baton.v1.TaskService", "baton.v1.WorkerService"]) {
      assert.equal(await check(service), "SERVING");
    }
    assert.equal((await failureOf(check("nothing"))).code, "NOT_FOUND");
    assert.equal((await failureOf(check("\uD83D"))).code, "NOT_FOUND");
  });

  it("follows the dispatcher's readiness", async () => {
    const watching = watch();
    assert.equal((await watching.next()).status, "SERVING");
    dispatcher.ready = false;
    clock.advance(1_000);
    assert.equal((await watching.next()).status, "NOT_SERVING");
    assert.equal(await check("baton.v1.TaskService"), "NOT_SERVING");
    dispatcher.ready = true;
    clock.advance(1_000);
    assert.equal((await watching.next()).status, "SERVING");
    watching.cancel();
  });

  it("says NOT_SERVING before anything else of a shutdown, and lets watchers go", async () => {
    const watching = watch();
    await watching.next();
    const drained = Promise.withResolvers<void>();
    dispatcher.drain = () => drained.promise;
    const draining = grpc.server.drain(0);
    assert.equal((await watching.next()).status, "NOT_SERVING");
    // Whoever asks now finds nobody listening.
    await assert.rejects(check(""), { code: status.UNAVAILABLE });
    drained.resolve();
    await draining;
    assert.equal((await watching.ended).code, "OK");
  });

  it("stops asking once the server is closed", async () => {
    await grpc.stop();
    await eventually(() => assert.equal(clock.pendingTimers, 0));
  });
});

describe("The reflection service", () => {
  let grpc: GrpcUnderTest;
  let stream: StreamProbe<object, ReflectionReply>;
  let close: () => void;

  before(async () => {
    grpc = await startGrpc(new ScriptedDispatcher());
    const path = ["grpc", "reflection", "v1", "ServerReflection"];
    const client = clientOf(reflectionProto, path, grpc.address);
    stream = new StreamProbe(
      client.serverReflectionInfo?.() as ClientDuplexStream<object, ReflectionReply>,
    );
    close = () => client.close();
  });

  after(async () => {
    stream?.halfClose();
    close?.();
    await grpc?.stop();
  });

  it("lists the services", async () => {
    stream.send({ listServices: "" });
    const { listServicesResponse } = await stream.next();
    const names = listServicesResponse?.service.map(({ name }) => name) ?? [];
    assert.deepEqual(names.sort(), [
      "baton.v1.EventService",
      "baton.v1.OperationService",
      "baton.v1.QueueService",
      "baton.v1.ScheduleService",
      "baton.v1.TaskService",
      "baton.v1.WorkerAdminService",
      "baton.v1.WorkerService",
      "grpc.health.v1.Health",
    ]);
  });

  it("describes a service with every file that it needs", async () => {
    stream.send({ fileContainingSymbol: "baton.v1.TaskService" });
    const { fileDescriptorResponse, errorResponse } = await stream.next();
    assert.equal(errorResponse ?? null, null);
    const bytes = Buffer.concat([...(fileDescriptorResponse?.fileDescriptorProto ?? [])]);
    for (const name of ["SubmitStream", "google.protobuf", "google.rpc"]) {
      assert.ok(bytes.includes(name), name);
    }
  });
});
