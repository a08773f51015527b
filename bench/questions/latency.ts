import { newQueue } from "../beds/bed.ts";
import type { RelayBed } from "../beds/relay-bed.ts";
import { figure, most } from "../measuring/measure.ts";
import type { Question } from "../question.ts";
import { quantile, summaryOf } from "../report/figures.ts";
import type { Figure, Ratio } from "../report/finding.ts";

/** The rate at which there is little to do. */
export const PER_SECOND = 200;
const QUANTILES = { p50: 0.5, p99: 0.99 } as const;

/** What was measured in one window, ms, by what and quantile. */
type Window = Readonly<Record<string, number>>;

/** How long does a task take to start, and its result to be seen, where there is little to do? */
export const latency: Question = {
  name: "latency",
  isQuick: true,
  async ask(beds, { rounds, isQuick }) {
    const count = PER_SECOND * (isQuick ? 1 : 5);
    const contenders: (readonly [string, RelayBed])[] = [
      ["redis", await beds.redis()],
      ["bull", await beds.bull()],
      ["sqlite", await beds.sqlite()],
      ...(isQuick ? [] : [["relay", await beds.relay()] as const]),
    ];
    const windows = new Map<string, Window[]>(contenders.map(([key]) => [key, []]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [key, bed] of contenders) {
        const window = await windowOf(bed, count);
        // The first, of each, is run by code that is not compiled yet.
        if (round > 0) {
          windows.get(key)?.push(window);
        }
      }
    }
    return {
      name: "latency",
      title: `Latency at ${PER_SECOND} tasks a second`,
      method:
        "One producer submits at a steady rate and awaits every result; one worker runs the tasks at " +
        `once. ${count} tasks a window, windows of all systems in turn, the first of each not counted; the quantiles of each window. ` +
        "The hops alone are what a dispatcher on Redis cannot do without: streams of grpc-js from a producer to a relay " +
        "and on to a worker and back, with one SET each way and nothing else.",
      figures: contenders.flatMap(([key, bed]) => figuresOf(key, bed, windows.get(key) ?? [])),
      ratios: ["start", "result"].flatMap((what) =>
        Object.keys(QUANTILES).map((part) => ratioOf(`${what}.${part}`, windows)),
      ),
      plots: [],
    };
  },
};

async function windowOf(bed: RelayBed, count: number): Promise<Window> {
  const queue = newQueue();
  await bed.openWorkers({ queues: [queue], workers: 1, concurrency: 50 });
  // The first of a queue opens connections and caches; they are not what is asked for.
  await bed.submitAtRate(queue, 50, PER_SECOND);
  await bed.takeStartLatencies();
  const result = await bed.submitAtRate(queue, count, PER_SECOND);
  const start = await bed.takeStartLatencies();
  await bed.finish(count + 50);
  const window: Record<string, number> = {};
  for (const [what, latencies] of Object.entries({ start, result })) {
    const sorted = latencies.toSorted((one, other) => one - other);
    for (const [part, value] of Object.entries(QUANTILES)) {
      window[`${what}.${part}`] = quantile(sorted, value);
    }
  }
  return window;
}

function figuresOf(key: string, bed: RelayBed, windows: readonly Window[]): Figure[] {
  const names = Object.keys(windows[0] ?? {});
  return names.map((name) => {
    const [what, part] = name.split(".");
    const label = `${bed.name}: submit to ${what === "start" ? "handler start" : "result seen"}, ${part}`;
    return figure(
      `${key}.${name}`,
      label,
      "ms",
      windows.map((window) => window[name] ?? 0),
    );
  });
}

function ratioOf(name: string, windows: ReadonlyMap<string, readonly Window[]>): Ratio {
  const others = windows.get("bull") ?? [];
  const values = (windows.get("redis") ?? []).map(
    (window, round) => (window[name] ?? 0) / (others[round]?.[name] ?? Number.NaN),
  );
  const label = `Baton on Redis : BullMQ, ${name.replace(".", " ")}`;
  return { key: `redis/bull.${name}`, label, summary: summaryOf(values), target: most(1) };
}
