import { Cluster } from "ioredis";
import { startCluster } from "../../../support/redis/redis-cluster.ts";
import { describeDocuments } from "../../conformance/tasks/documents.ts";
import { startSingle } from "../redis-harness.ts";
import { redisDocuments } from "./redis-documents-harness.ts";

describeDocuments(redisDocuments("Redis", startSingle));

describe("On a cluster of three masters,", function () {
  this.timeout(30_000);

  describeDocuments(
    redisDocuments("Redis Cluster", async () => {
      const { url, nodes, stop } = await startCluster();
      const addresses = nodes.map(({ port }) => ({ host: "127.0.0.1", port }));
      return { url, client: () => new Cluster(addresses), stop };
    }),
  );
});
