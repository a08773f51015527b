import { Cluster, type Redis } from "ioredis";
import { StoreOpenError } from "../../store.ts";
import type { RedisClient } from "./script.ts";
import type { RedisTarget } from "./url.ts";

const MIN_MAJOR = 7;
const HINT = "change this, or accept it with --allow-unsafe-redis";

/**
 * Refuses a Redis that would lose or evict tasks. Of a cluster, a master that does not answer is taken to be
 * like the others: one that is away must not keep a dispatcher from the slots of those.
 *
 * @throws StoreOpenError with what is wrong and what to do; what the servers threw where none answers
 */
export async function checkServers(
  client: RedisClient,
  target: RedisTarget,
  allowUnsafe: boolean,
): Promise<void> {
  const servers = client instanceof Cluster ? client.nodes("master") : [client];
  const checks = servers.map((server) => checkServer(server, target, allowUnsafe));
  const settled = await Promise.allSettled(checks);
  const failures = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  const failure = failures.find((reason) => reason instanceof StoreOpenError) ?? failures[0];
  if (failure instanceof StoreOpenError || failures.length === servers.length) {
    throw failure;
  }
}

async function checkServer(
  server: Redis,
  target: RedisTarget,
  allowUnsafe: boolean,
): Promise<void> {
  const info = await readInfo(server);
  checkVersion(info);
  checkMode(info, target);
  if (!allowUnsafe) {
    checkEviction(info);
    await checkPersistence(server, info);
  }
}

type Info = ReadonlyMap<string, string>;

async function readInfo(server: Redis): Promise<Info> {
  const text = await server.info();
  return new Map(
    text.split("\r\n").flatMap((line) => {
      const at = line.indexOf(":");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

function checkVersion(info: Info): void {
  const valkey = info.get("valkey_version");
  const version = valkey ?? info.get("redis_version") ?? "0";
  if (Number.parseInt(version, 10) < MIN_MAJOR) {
    throw new StoreOpenError(`Redis ${version} is too old; Baton needs 7.0 or later, or Valkey`);
  }
}

function checkMode(info: Info, target: RedisTarget): void {
  const isCluster = info.get("cluster_enabled") === "1";
  if (isCluster && target.kind !== "cluster") {
    throw new StoreOpenError("this Redis is a node of a cluster; use redis-cluster://host:port,…");
  }
  if (!isCluster && target.kind === "cluster") {
    throw new StoreOpenError("this Redis is not a node of a cluster; use redis://host:port");
  }
  if (info.get("role") === "slave") {
    throw new StoreOpenError("this Redis is a replica, which takes no writes; use its master");
  }
}

function checkEviction(info: Info): void {
  const policy = info.get("maxmemory_policy");
  if (policy !== "noeviction") {
    throw new StoreOpenError(
      `Redis has maxmemory-policy ${policy ?? "unknown"} and may evict tasks; Baton needs noeviction: ${HINT}`,
    );
  }
}

async function checkPersistence(server: Redis, info: Info): Promise<void> {
  if (info.get("aof_enabled") === "1") {
    return;
  }
  // A server that does not let its settings be read is taken to have none.
  const save = await server.config("GET", "save").catch(() => []);
  if (!Array.isArray(save) || (save[1] ?? "") === "") {
    throw new StoreOpenError(
      `Redis keeps nothing on disk (appendonly no, save ""), so a restart forgets every task: ${HINT}`,
    );
  }
}
