import { TaskClient } from "@baton/worker-sdk";

// Submits one task of the type given and prints its id.
const client = new TaskClient({ address: process.env.BATON_ADDRESS ?? "" });
const type = process.argv[2] ?? "plain";
const retry = { initialBackoffMs: 10 };
const { taskId } = await client.submit("traced", type, { canary: "payload" }, { retry });
process.stdout.write(`submitted ${taskId}\n`);
await client.close();
