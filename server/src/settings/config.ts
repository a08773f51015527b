import { parseArgs } from "node:util";
import { LIMITS } from "@baton/proto/shared";
import { isName, type QueueName } from "../domain/ids.ts";
import {
  ConfigError,
  parseChoice,
  parseDuration,
  parseHosts,
  parseSwitch,
  parseWhole,
  type Setting,
} from "./setting.ts";
import { shownArgumentError, shownValue } from "./shown.ts";

/** What `baton serve` runs with. */
export interface ServeConfig {
  /** Where the store is, see the option `--store`. */
  readonly storeUrl: string;
  readonly sqliteSynchronous: "FULL" | "NORMAL";
  readonly allowUnsafeRedis: boolean;
  /** How many partitions queues have, 1 to 64; of Redis stores only. */
  readonly partitions: ReadonlyMap<QueueName, number>;
  readonly listenHost: string;
  /** 0 lets the system choose. */
  readonly listenPort: number;
  /** Where HTTP is served; null where it is not. */
  readonly http: { readonly host: string; readonly port: number } | null;
  /** For how long a task that dies is kept at least. */
  readonly deadRetentionMs: number;
  readonly leaseTtlMs: number;
  readonly reconnectGraceMs: number;
  readonly sweepIntervalMs: number;
  readonly drainTimeoutMs: number;
  readonly connectionAgeMs: number;
  /** How many processes serve. */
  readonly processes: number;
  /** How many gRPC connections may be open; of one address half of them. */
  readonly maxConnections: number;
  /** What all connections may make the dispatcher hold, in MiB; those of one address half of it. */
  readonly connectionMemoryMiB: number;
  /** Names that HTTP is served under beside its own. */
  readonly httpAllowedHosts: ReadonlySet<string>;
  /** What who sends events over HTTP gets where it does not say what it wants. */
  readonly eventReplies: (typeof EVENT_REPLIES)[number];
  readonly logLevel: LogLevel;
}

const EVENT_REPLIES = ["receipt", "empty"] as const;
const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** The least severe level that is logged. */
type LogLevel = (typeof LOG_LEVELS)[number];

/** An option of `baton serve`, as `baton --help` shows it. */
export interface OptionInfo {
  /** The flag, without its dashes. */
  readonly flag: string;
  /** The environment variable that sets it where the flag is not given. */
  readonly variable: string;
  /** What stands for the value in the help; null where the flag takes none. */
  readonly placeholder: string | null;
  readonly defaultText: string;
  readonly help: string;
}

/** Every option of `baton serve`, in the order of the help. */
export const SERVE_OPTIONS = [
  {
    flag: "listen",
    variable: "BATON_LISTEN",
    placeholder: "HOST:PORT",
    defaultText: "127.0.0.1:7400",
    help: "the address of gRPC; port 0 takes a free one",
  },
  {
    flag: "http-listen",
    variable: "BATON_HTTP_LISTEN",
    placeholder: "HOST:PORT|off",
    defaultText: "127.0.0.1:7480",
    help: "the address of HTTP (POST /v1/events, GET /metrics, /readyz, /livez); port 0 takes a free one",
  },
  {
    flag: "store",
    variable: "BATON_STORE",
    placeholder: "URL",
    defaultText: "sqlite:./data/baton.db",
    help: "sqlite:PATH, redis://…, rediss://…, redis-cluster://…, redis-sentinel://…",
  },
  {
    flag: "sqlite-synchronous",
    variable: "BATON_SQLITE_SYNCHRONOUS",
    placeholder: "full|normal",
    defaultText: "full",
    help: "full: an answered submit survives a power cut; normal: it survives a crash of the process",
  },
  {
    flag: "dead-retention",
    variable: "BATON_DEAD_RETENTION",
    placeholder: "DURATION",
    defaultText: "14d",
    help: "how long a dead task is kept, so that you can look at it and redrive it; if its own retention is longer, that counts; 0s to 366d",
  },
  {
    flag: "lease-ttl",
    variable: "BATON_LEASE_TTL",
    placeholder: "DURATION",
    defaultText: "15s",
    help: "how long a silent worker keeps its tasks; workers send heartbeats three times as often; 1s to 1h",
  },
  {
    flag: "reconnect-grace",
    variable: "BATON_RECONNECT_GRACE",
    placeholder: "DURATION",
    defaultText: "1s",
    help: "how long a worker whose stream broke keeps its tasks; 0s to the lease ttl",
  },
  {
    flag: "sweep-interval",
    variable: "BATON_SWEEP_INTERVAL",
    placeholder: "DURATION",
    defaultText: "500ms",
    help: "the longest pause between two sweeps of a queue that is busy; 10ms to 1m",
  },
  {
    flag: "drain-timeout",
    variable: "BATON_DRAIN_TIMEOUT",
    placeholder: "DURATION",
    defaultText: "10s",
    help: "how long workers may take to move elsewhere when the dispatcher stops; 0s to 10m",
  },
  {
    flag: "connection-age",
    variable: "BATON_CONNECTION_AGE",
    placeholder: "DURATION",
    defaultText: "1h",
    help: "how long a connection lasts, plus or minus 10 %, before its client opens another; 1s to 24h",
  },
  {
    flag: "processes",
    variable: "BATON_PROCESSES",
    placeholder: "COUNT",
    defaultText: "1",
    help: "how many processes share the address and the work, to use more cores; Redis only",
  },
  {
    flag: "max-connections",
    variable: "BATON_MAX_CONNECTIONS",
    placeholder: "COUNT",
    defaultText: "4096",
    help: "how many gRPC connections may be open; one address may have half of them; 2 to 1000000",
  },
  {
    flag: "connection-memory",
    variable: "BATON_CONNECTION_MEMORY",
    placeholder: "MIB",
    defaultText: "96",
    help: "how many MiB all connections may take in memory; one address may take half of it; 32 to 65536",
  },
  {
    flag: "http-allowed-hosts",
    variable: "BATON_HTTP_ALLOWED_HOSTS",
    placeholder: "NAME[,NAME]|none",
    defaultText: "none",
    help: "more host names under which HTTP is served, without scheme, port or *; names without a dot always are",
  },
  {
    flag: "event-replies",
    variable: "BATON_EVENT_REPLIES",
    placeholder: EVENT_REPLIES.join("|"),
    defaultText: "receipt",
    help: "what POST /v1/events answers if the sender gives no Prefer header; empty: the status alone",
  },
  {
    flag: "log-level",
    variable: "BATON_LOG_LEVEL",
    placeholder: LOG_LEVELS.join("|"),
    defaultText: "info",
    help: "the lowest level that is logged, to standard error",
  },
  {
    flag: "insecure-allow-remote",
    variable: "BATON_INSECURE_ALLOW_REMOTE",
    placeholder: null,
    defaultText: "off",
    help: "listen where other machines can connect, without TLS or authentication",
  },
  {
    flag: "allow-unsafe-redis",
    variable: "BATON_ALLOW_UNSAFE_REDIS",
    placeholder: null,
    defaultText: "off",
    help: "start on a Redis that may evict or forget tasks",
  },
  {
    flag: "partitions",
    variable: "BATON_PARTITIONS",
    placeholder: "NAME=N[,NAME=N]|none",
    defaultText: "none",
    help: "spread hot queues over N slots of a Redis Cluster, 1 to 64; each slot keeps its order",
  },
] as const satisfies readonly OptionInfo[];

type Flag = (typeof SERVE_OPTIONS)[number]["flag"];

/**
 * Reads `baton serve`'s options: a flag counts before its environment variable, that before the
 * default. Throws a {@link ConfigError} that names the option and what is wrong with it.
 */
export function loadServeConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServeConfig {
  const flags = parseFlags(args, SERVE_OPTIONS);
  const text = (flag: Flag): Setting => settingOf(optionOf(flag), flags, environment);
  const allowRemote = parseSwitch(text("insecure-allow-remote"));
  const listen = parseListen(text("listen"), allowRemote);
  const leaseTtlMs = parseDuration(text("lease-ttl"), 1_000, 3_600_000);
  const storeUrl = text("store").value;
  return {
    storeUrl,
    sqliteSynchronous: parseChoice(text("sqlite-synchronous"), ["full", "normal"]).toUpperCase() as
      | "FULL"
      | "NORMAL",
    allowUnsafeRedis: parseSwitch(text("allow-unsafe-redis")),
    partitions: parsePartitions(text("partitions"), storeUrl),
    listenHost: listen.host,
    listenPort: listen.port,
    http:
      text("http-listen").value === "off" ? null : parseListen(text("http-listen"), allowRemote),
    deadRetentionMs: parseDuration(text("dead-retention"), 0, LIMITS.maxRetentionMs),
    leaseTtlMs,
    reconnectGraceMs: parseDuration(text("reconnect-grace"), 0, leaseTtlMs),
    sweepIntervalMs: parseDuration(text("sweep-interval"), 10, 60_000),
    drainTimeoutMs: parseDuration(text("drain-timeout"), 0, 600_000),
    connectionAgeMs: parseDuration(text("connection-age"), 1_000, 86_400_000),
    processes: parseProcesses(text("processes"), text("store").value),
    maxConnections: parseWhole(text("max-connections"), 2, 1_000_000),
    connectionMemoryMiB: parseWhole(text("connection-memory"), 32, 65_536, "MiB"),
    httpAllowedHosts: parseHosts(text("http-allowed-hosts")),
    eventReplies: parseChoice(text("event-replies"), EVENT_REPLIES),
    logLevel: parseChoice(text("log-level"), LOG_LEVELS),
  };
}

/** The option of `baton health`. */
export const HEALTH_OPTION = {
  flag: "address",
  variable: "BATON_ADDRESS",
  placeholder: "HOST:PORT",
  defaultText: "127.0.0.1:7400",
  help: "the dispatcher to ask",
} as const satisfies OptionInfo;

/** Reads `baton health`'s address, in the same way. */
export function loadHealthAddress(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const { name, value } = settingOf(HEALTH_OPTION, parseFlags(args, [HEALTH_OPTION]), environment);
  // It is printed with the answer, and so are the errors that name it.
  parseAddress({ name, value });
  return value;
}

type Flags = Readonly<Record<string, string | boolean | undefined>>;

function parseFlags(args: readonly string[], known: readonly OptionInfo[]): Flags {
  const options = Object.fromEntries(
    known.map(({ flag, placeholder }) => [
      flag,
      { type: placeholder === null ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new ConfigError(shownArgumentError(error));
  }
}

function optionOf(flag: Flag): OptionInfo {
  return SERVE_OPTIONS.find((option) => option.flag === flag) as OptionInfo;
}

function settingOf(
  { flag, variable, defaultText }: OptionInfo,
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
): Setting {
  const given = flags[flag];
  if (given !== undefined) {
    return { name: `--${flag}`, value: String(given) };
  }
  // A secret that was made with `echo` ends with a line end, which nothing shows.
  const fromEnvironment = environment[variable]?.trim();
  return fromEnvironment === undefined || fromEnvironment === ""
    ? { name: `--${flag}`, value: defaultText }
    : { name: variable, value: fromEnvironment };
}

function parseListen(setting: Setting, allowRemote: boolean): { host: string; port: number } {
  const { host, port } = parseAddress(setting);
  if (!isLoopback(host) && !allowRemote) {
    throw new ConfigError(
      `${setting.name} ${setting.value} can be reached by other machines, and there is no TLS or ` +
        "authentication; listen on 127.0.0.1, or accept that with --insecure-allow-remote",
    );
  }
  return { host, port };
}

function parseAddress(setting: Setting): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(setting.value);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3] ?? Number.NaN);
  if (host === "" || !(port <= 65_535)) {
    throw new ConfigError(`${setting.name} must be HOST:PORT, not ${shownValue(setting.value)}`);
  }
  return { host, port };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

// The store's own bound, which it alone may import.
const MAX_PARTITIONS = 64;

function parsePartitions(setting: Setting, storeUrl: string): ReadonlyMap<QueueName, number> {
  const partitions = new Map<QueueName, number>();
  if (setting.value === "none") {
    return partitions;
  }
  if (!storeUrl.startsWith("redis")) {
    throw new ConfigError(`${setting.name} is for Redis stores, but --store names no Redis`);
  }
  for (const part of setting.value.split(",")) {
    const [, name = "", digits = ""] = /^([^=]*)=(\d{1,2})$/.exec(part.trim()) ?? [];
    const count = Number(digits);
    if (!isName(name) || count < 1 || count > MAX_PARTITIONS) {
      throw new ConfigError(
        `${setting.name} must be NAME=N[,NAME=N] with N from 1 to ${MAX_PARTITIONS}, not ${shownValue(setting.value)}`,
      );
    }
    if (partitions.has(name as QueueName)) {
      throw new ConfigError(`${setting.name} names the queue ${name} twice`);
    }
    partitions.set(name as QueueName, count);
  }
  return partitions;
}

const MAX_PROCESSES = 128;

function parseProcesses(setting: Setting, storeUrl: string): number {
  const count = parseWhole(setting, 1, MAX_PROCESSES);
  if (count > 1 && storeUrl.startsWith("sqlite:")) {
    throw new ConfigError(
      `${setting.name} ${count} needs a Redis store; only one process can use a SQLite file`,
    );
  }
  return count;
}
