import { ConfigError } from "../settings/setting.ts";

/** Where to send traces, either of them. */
const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"] as const;

const PROTOCOLS = ["grpc", "http/protobuf", "http/json"];
const RATIOS = ["traceidratio", "parentbased_traceidratio"];

/** What variables may have, where that is a choice; lists are separated by commas. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  OTEL_TRACES_EXPORTER: ["otlp", "console", "none"],
  OTEL_EXPORTER_OTLP_PROTOCOL: PROTOCOLS,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: PROTOCOLS,
  OTEL_TRACES_SAMPLER: [
    "always_on",
    "always_off",
    "parentbased_always_on",
    "parentbased_always_off",
    ...RATIOS,
  ],
  OTEL_PROPAGATORS: ["tracecontext", "baggage", "b3", "b3multi", "none"],
};

const HINTS: Readonly<Record<string, string>> = {
  // OpenTelemetry has none for Jaeger any more, and none for X-Ray without another package.
  OTEL_PROPAGATORS: "; traceparent is always written and read, also beside headers of others",
};

export type Environment = Record<string, string | undefined>;

/** Removes variables of OpenTelemetry's that are empty: its libraries take some of them for set. */
export function dropEmpty(environment: Environment): void {
  for (const name of Object.keys(environment)) {
    if (name.startsWith("OTEL_") && environment[name]?.trim() === "") {
      delete environment[name];
    }
  }
}

/** Whether traces are to be sent. */
export function isTraced(environment: Environment): boolean {
  return (
    ENDPOINTS.some((name) => environment[name] !== undefined) &&
    environment.OTEL_SDK_DISABLED?.toLowerCase() !== "true"
  );
}

/**
 * Checks what the libraries would take for something else, or for nothing, in silence.
 *
 * @throws ConfigError naming the variable and what it may have; its value is not shown
 */
export function checkVariables(environment: Environment): void {
  for (const name of ENDPOINTS) {
    const endpoint = environment[name] ?? "localhost";
    // The scheme may be missing where the protocol is gRPC.
    const isUrl = URL.canParse(/^\w+:\/\//.test(endpoint) ? endpoint : `http://${endpoint}`);
    if (!isUrl) {
      throw new ConfigError(
        `${name} is not a URL (its value is not shown, because it may have a password)`,
      );
    }
    if (/^(?!https?:)\w+:\/\//i.test(endpoint)) {
      throw new ConfigError(`${name} must begin with http:// or https://`);
    }
  }
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const given = (environment[name] ?? "").split(",").map((one) => one.trim());
    if (environment[name] !== undefined && !given.every((one) => allowed.includes(one))) {
      const hint = HINTS[name] ?? "";
      throw new ConfigError(`${name} has an unknown value; use ${allowed.join(", ")}${hint}`);
    }
  }
  const ratio = environment.OTEL_TRACES_SAMPLER_ARG;
  if (ratio !== undefined && RATIOS.includes(environment.OTEL_TRACES_SAMPLER ?? "")) {
    const number = Number(ratio);
    if (!(number >= 0 && number <= 1)) {
      throw new ConfigError("OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1");
    }
  }
}
