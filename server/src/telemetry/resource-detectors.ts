import {
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  type ResourceDetector,
  serviceInstanceIdDetector,
} from "@opentelemetry/resources";

/** The attributes of a process that say nothing of how it was called: a command line may hold a password. */
const HARMLESS_PROCESS_ATTRIBUTES: readonly string[] = [
  "process.pid",
  "process.executable.path",
  "process.runtime.name",
  "process.runtime.version",
  "process.runtime.description",
];

const harmlessProcessDetector: ResourceDetector = {
  detect(config) {
    const { attributes = {} } = processDetector.detect(config);
    return {
      attributes: Object.fromEntries(
        Object.entries(attributes).filter(([name]) => HARMLESS_PROCESS_ATTRIBUTES.includes(name)),
      ),
    };
  },
};

/** By their names in `OTEL_NODE_RESOURCE_DETECTORS`. */
const DETECTORS: ReadonlyMap<string, ResourceDetector> = new Map([
  ["serviceinstance", serviceInstanceIdDetector],
  ["process", harmlessProcessDetector],
  ["host", hostDetector],
  ["os", osDetector],
  ["env", envDetector],
]);

/** Returns what finds out where the process runs, as `OTEL_NODE_RESOURCE_DETECTORS` chooses. */
export function resourceDetectors(names: string): ResourceDetector[] {
  const chosen = names.split(",").map((name) => name.trim());
  if (chosen.includes("none")) {
    return [];
  }
  return [...DETECTORS].flatMap(([name, detector]) =>
    chosen.includes("all") || chosen.includes(name) ? [detector] : [],
  );
}
