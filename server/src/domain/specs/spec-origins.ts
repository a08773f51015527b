import { DEFAULTS } from "../limits.ts";
import type { RetryPolicy, SpecOrigins, TaskSpec } from "../task.ts";

/** What a queue says for tasks that do not; null where it says nothing either. */
export interface SpecDefaults {
  readonly retryPolicy: RetryPolicy | null;
  readonly retentionMs: number | null;
}

/** Whether the submit left a field to its queue or to the product. */
export function isUnsaid(spec: SpecPart, field: keyof SpecOrigins): boolean {
  const origin = spec.origins?.[field];
  if (origin !== undefined) {
    return origin === "queue";
  }
  // A policy that is the product's default is that very object, see validate-task-spec.ts and spec-codec.ts.
  return field === "retryPolicy"
    ? spec.retryPolicy === DEFAULTS.retryPolicy
    : spec.retentionMs === DEFAULTS.retentionMs;
}

/** Fills in what a queue says where the submit does not: the same spec where there is nothing to fill in. */
export function withDefaultsOf(spec: TaskSpec, defaults: SpecDefaults): TaskSpec {
  const retryPolicy = isUnsaid(spec, "retryPolicy") ? defaults.retryPolicy : null;
  const retentionMs = isUnsaid(spec, "retention") ? defaults.retentionMs : null;
  if (retryPolicy === null && retentionMs === null) {
    return spec;
  }
  return {
    ...spec,
    ...(retryPolicy === null ? {} : { retryPolicy }),
    ...(retentionMs === null ? {} : { retentionMs }),
    origins: {
      ...spec.origins,
      ...(retryPolicy === null ? {} : { retryPolicy: "queue" }),
      ...(retentionMs === null ? {} : { retention: "queue" }),
    },
  };
}

type SpecPart = Pick<TaskSpec, "retryPolicy" | "retentionMs" | "origins">;
