import type { FaultProxy } from "../../support/grpc/fault-proxy.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { pause } from "../../support/time/pause.ts";
import type { Cluster } from "./cluster.ts";
import { floodWithConnections, leaseWithoutReading } from "./load/hostile-clients.ts";
import type { RedisHost } from "./redis-host.ts";

/** What a nemesis may strike. */
export interface Targets {
  readonly cluster: Cluster;
  /** Null where the store is SQLite. */
  readonly redis: RedisHost | null;
  /** Through which dispatchers reach Redis. */
  readonly redisProxy: FaultProxy | null;
  readonly random: SeededRandom;
  /** Whether the clock of Redis may be moved. */
  readonly jumpsClock: boolean;
}

/** One way to strike; ends once what it struck is whole again. */
type Fault = (targets: Targets) => Promise<void>;

const PROCESS_FAULTS: Readonly<Record<string, Fault>> = {
  async workerKilled({ cluster, random }) {
    await cluster.replaceRole(random.pick(cluster.named("worker")));
  },
  async workerFrozen({ cluster, random }) {
    const name = random.pick(cluster.named("worker"));
    const child = cluster.role(name);
    cluster.freeze(child, name);
    await pause(random.between(500, 4_500));
    cluster.thaw(child, name);
  },
  async dispatcherKilled({ cluster, random }) {
    const n = random.between(0, cluster.dispatchers - 1);
    await cluster.killDispatcher(n);
    await pause(random.between(0, 800));
    await cluster.startDispatcher(n);
  },
  async dispatcherFrozen({ cluster, random }) {
    const n = random.between(0, cluster.dispatchers - 1);
    const child = cluster.dispatcher(n);
    cluster.freeze(child, `dispatcher${n}`);
    await pause(random.between(300, 4_000));
    cluster.thaw(child, `dispatcher${n}`);
  },
  async dispatcherReplaced({ cluster, random }) {
    const n = random.between(0, cluster.dispatchers - 1);
    await cluster.stopDispatcher(n);
    await cluster.startDispatcher(n);
  },
  async dispatchersKilledMidway({ cluster, redisProxy, random }) {
    // Where the store is slow, most of what they do is under way when they die.
    redisProxy?.set({ latencyMs: random.between(100, 200) });
    await pause(random.between(1_500, 3_500));
    const all = Array.from({ length: cluster.dispatchers }, (_, n) => n);
    await Promise.all(all.map((n) => cluster.killDispatcher(n)));
    redisProxy?.heal();
    await Promise.all(all.map((n) => cluster.startDispatcher(n)));
  },
  async clientKilled({ cluster, random }) {
    await cluster.replaceRole(random.pick(clientsOf(cluster)));
  },
  async clientFrozen({ cluster, random }) {
    const name = random.pick(clientsOf(cluster));
    const child = cluster.role(name);
    cluster.freeze(child, name);
    await pause(random.between(300, 3_000));
    cluster.thaw(child, name);
  },
  async consumerNeverReads({ cluster, random }) {
    await leaseWithoutReading(random.pick(cluster.directAddresses), random.between(500, 2_000));
  },
  async connectionFlood({ cluster, random }) {
    await floodWithConnections(random.pick(cluster.directAddresses), 300, 1_000);
  },
};

const NETWORK_FAULTS: Readonly<Record<string, Fault>> = {
  async connectionsReset(targets) {
    proxyOf(targets).resetAll();
  },
  async connectionHalfOpen(targets) {
    await during(targets, (proxy) => proxy.halfOpen());
  },
  async networkBlackHole(targets) {
    await during(targets, (proxy) => proxy.blackHole());
  },
  async repliesLost(targets) {
    await during(targets, (proxy) => proxy.set({ swallowReplies: true }));
  },
  async replyCut(targets) {
    proxyOf(targets).cutAfter(targets.random.between(1, 400));
  },
  async latency(targets) {
    await during(targets, (proxy) => proxy.set({ latencyMs: targets.random.between(20, 200) }));
  },
  async throttle(targets) {
    await during(targets, (proxy) => proxy.set({ bytesPerSecond: 50_000 }));
  },
  async connectionsRefused(targets) {
    await during(targets, (proxy) => {
      proxy.set({ refuse: true });
      proxy.resetAll();
    });
  },
};

const REDIS_FAULTS: Readonly<Record<string, Fault>> = {
  async redisRestarted({ redis, random }) {
    await redis?.process.kill();
    await pause(random.between(0, 1_000));
    await redis?.restart();
  },
  async redisFrozen({ redis, random }) {
    redis?.process.signal("SIGSTOP");
    await pause(random.between(300, 4_000));
    redis?.process.signal("SIGCONT");
  },
  async redisFull({ redis, random }) {
    await redis?.command("CONFIG", "SET", "maxmemory", "1mb");
    await pause(random.between(300, 1_500));
    await redis?.command("CONFIG", "SET", "maxmemory", "0");
  },
  async redisFunctionsForgotten({ redis }) {
    await redis?.command("FUNCTION", "FLUSH");
  },
  async redisClientsKilled({ redis }) {
    await redis?.command("CLIENT", "KILL", "TYPE", "normal");
  },
};

const REDIS_NETWORK_FAULTS: Readonly<Record<string, Fault>> = {
  async redisConnectionsReset({ redisProxy }) {
    redisProxy?.resetAll();
  },
  async redisSlow({ redisProxy, random }) {
    redisProxy?.set({ latencyMs: random.between(20, 200) });
    await pause(random.between(300, 3_500));
    redisProxy?.heal();
  },
  async redisRepliesLost({ redisProxy, random }) {
    redisProxy?.set({ swallowReplies: true });
    await pause(random.between(300, 3_500));
    redisProxy?.heal();
  },
  async redisBlackHole({ redisProxy, random }) {
    redisProxy?.blackHole();
    await pause(random.between(300, 3_500));
    redisProxy?.heal();
  },
};

const CLOCK_FAULTS: Readonly<Record<string, Fault>> = {
  async redisClockJumped({ redis, random }) {
    redis?.jumpClock(random.between(-20_000, 20_000));
  },
};

/** Every fault that a nemesis can choose, by name. */
export function faultsFor({
  redis,
  jumpsClock,
}: Pick<Targets, "redis" | "jumpsClock">): Readonly<Record<string, Fault>> {
  return {
    ...PROCESS_FAULTS,
    ...NETWORK_FAULTS,
    ...(redis === null ? {} : { ...REDIS_FAULTS, ...REDIS_NETWORK_FAULTS }),
    ...(redis !== null && jumpsClock ? CLOCK_FAULTS : {}),
  };
}

/**
 * Strikes again and again until the time is over, and heals what it struck. Every fault comes once
 * before any comes twice, in an order that the seed decides.
 *
 * @param order faults to begin with; all of them come, however long they take
 */
export async function strike(
  targets: Targets,
  forMs: number,
  order: readonly string[] = [],
): Promise<string[]> {
  const endsAtMs = performance.now() + forMs;
  const faults = faultsFor(targets);
  const struck: string[] = [];
  let deck = [...order].reverse();
  while (performance.now() < endsAtMs || struck.length < order.length) {
    if (deck.length === 0) {
      deck = shuffled(Object.keys(faults), targets.random);
    }
    const name = deck.pop() ?? "";
    targets.cluster.history.add({ kind: "fault", name, target: "" });
    await faults[name]?.(targets);
    struck.push(name);
    targets.cluster.measureMemory();
    await pause(targets.random.between(50, 700));
  }
  return struck;
}

/** Whoever submits or publishes. */
function clientsOf(cluster: Cluster): string[] {
  return [...cluster.named("submitter"), ...cluster.named("publisher")];
}

function proxyOf({ cluster, random }: Targets) {
  return cluster.proxy(random.between(0, cluster.dispatchers - 1));
}

async function during(
  targets: Targets,
  act: (proxy: ReturnType<typeof proxyOf>) => void,
): Promise<void> {
  const proxy = proxyOf(targets);
  act(proxy);
  await pause(targets.random.between(300, 3_500));
  proxy.heal();
}

function shuffled(names: readonly string[], random: SeededRandom): string[] {
  const keyed = names.map((name) => ({ name, key: random.next() }));
  return keyed.sort((left, right) => left.key - right.key).map(({ name }) => name);
}
