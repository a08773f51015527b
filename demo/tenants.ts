import { silentLogger, TaskClient, Worker } from "@baton/worker-sdk";

const QUEUE = "tenants";

/** How many tasks each tenant submits, the first one first. */
export const TENANTS = { flood: 300, few: 10 };

/** What equal shares come to: one of the flood for each of the few, and what is granted together. */
export const FAIR_TURNS = 3 * TENANTS.few;

/**
 * Lets one tenant flood a queue before another submits a few tasks, and then a worker begin.
 *
 * @returns how many tasks had ended when the few had
 */
export async function shareBetweenTenants(target: string): Promise<number> {
  const client = new TaskClient({ address: target });
  const ended: string[] = [];
  const worker = new Worker({
    address: target,
    concurrency: 4,
    logger: silentLogger,
    queues: { [QUEUE]: ({ payload }) => ended.push(String(payload)) },
  });
  try {
    await client.queues.pause(QUEUE);
    const submits = Object.entries(TENANTS).flatMap(([tenant, count]) =>
      Array.from({ length: count }, () =>
        client.submit(QUEUE, "work", tenant, { concurrencyKey: tenant }),
      ),
    );
    const receipts = await Promise.all(submits);
    await client.queues.resume(QUEUE);
    await worker.runUntil(async () => {
      await Promise.all(receipts.map(({ taskId }) => client.await(taskId)));
    });
  } finally {
    await client.close();
  }
  return ended.lastIndexOf("few") + 1;
}
