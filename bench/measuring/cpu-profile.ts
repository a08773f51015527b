import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** How a program's time was spent: the part of each of its parts, largest first. */
export interface Spent {
  /** A file of the program that was profiled, to tell which one it was. */
  readonly program: string;
  readonly shares: readonly { readonly part: string; readonly share: number }[];
}

// The first that matches decides.
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/ioredis|redis-parser/, "ioredis"],
  [/@grpc\/grpc-js/, "grpc-js"],
  [/proto\/src|protobufjs|proto-loader/, "wire codecs"],
  [/server\/src\/store/, "store"],
  [/server\/src\/dispatch/, "dispatch"],
  [/server\/src\/(grpc|domain)/, "checks and conversions"],
  [/server\/src\/telemetry|opentelemetry/, "telemetry"],
  [/worker-sdk\/src/, "worker SDK"],
  [/bench\//, "the bench itself"],
  [/^node:internal\/(http2|streams|stream_base)|^node:(net|http2)/, "Node's sockets and streams"],
  [/^node:(internal\/)?buffer/, "Node's buffers"],
];
// Loading and translating sources is over before anything is measured, but not before the profile begins.
const STARTING = /amaro|modules|bootstrap|wasm|opentelemetry\/(sdk|otlp|exporter|resources)/;
const NATIVE: Readonly<Record<string, string>> = {
  "(garbage collector)": "garbage collection",
  "(program)": "native code and the kernel",
  writeBuffer: "native code and the kernel",
  writev: "native code and the kernel",
  writeUtf8String: "native code and the kernel",
};

/** Reads every profile of a folder. */
export function readProfiles(folder: string): Spent[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".cpuprofile"))
    .map((name) => spentIn(JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile));
}

function spentIn(profile: CpuProfile): Spent {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const spent = new Map<string, number>();
  let total = 0;
  for (const [at, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    const part = frame === undefined ? null : partOf(frame);
    if (part !== null) {
      const tookUs = profile.timeDeltas[at] ?? 0;
      spent.set(part, (spent.get(part) ?? 0) + tookUs);
      total += tookUs;
    }
  }
  const shares = [...spent]
    .map(([part, tookUs]) => ({ part, share: tookUs / total }))
    .sort((one, other) => other.share - one.share);
  return { program: programOf(profile), shares };
}

function partOf({ functionName, url }: Frame): string | null {
  if (functionName === "(idle)" || functionName === "(root)" || STARTING.test(url)) {
    return null;
  }
  const part = PARTS.find(([pattern]) => pattern.test(url))?.[1];
  return part ?? NATIVE[functionName] ?? "the rest of Node";
}

function programOf({ nodes }: CpuProfile): string {
  const urls = nodes.map(({ callFrame }) => callFrame.url);
  const names = {
    dispatcher: "server/src/main.ts",
    producer: "baton-producer",
    worker: "baton-worker",
  };
  const found = Object.entries(names).find(([, name]) => urls.some((url) => url.includes(name)));
  return found?.[0] ?? "unknown";
}
