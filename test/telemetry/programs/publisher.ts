import { TaskClient } from "@baton/worker-sdk";

// Subscribes two tasks to an event, publishes one, and prints the event's id.
const client = new TaskClient({ address: process.env.BATON_ADDRESS ?? "" });
for (const name of ["points", "stock"]) {
  const task = { queue: "traced", type: name };
  await client.events.subscribe(name, { eventType: "payment.completed", task });
}
await client.events.publish({ id: "event-1", source: "/orders", type: "payment.completed" });
process.stdout.write("published event-1\n");
await client.close();
