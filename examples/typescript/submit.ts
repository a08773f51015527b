// Submits a task and waits for its result: npm run submit -- [TYPE PAYLOAD].
import { TaskClient } from "@baton/worker-sdk";
import { startTracing } from "./tracing.ts";

const { BATON_ADDRESS = "127.0.0.1:7400", BATON_QUEUE = "demo" } = process.env;
const [type = "echo", payload = "hello"] = process.argv.slice(2);

const stopTracing = startTracing("baton-example-typescript-submit");
const client = new TaskClient({ address: BATON_ADDRESS });
const { taskId } = await client.submit(BATON_QUEUE, type, Buffer.from(payload));
const result = await client.await<Uint8Array>(taskId, { timeoutMs: 30_000 });
console.log(taskId, Buffer.from(result).toString());
await client.close();
await stopTracing();
