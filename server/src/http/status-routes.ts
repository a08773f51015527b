import type { HttpAnswer } from "./respond.ts";

/** What the status routes look at. */
export interface StatusSources {
  /** Every metric, in Prometheus' text format. */
  readonly metricsText: () => Promise<string>;
  /** Whether this dispatcher should be sent work. */
  readonly isReady: () => boolean;
}

type StatusRoute = () => Promise<HttpAnswer>;

/** What monitors and supervisors ask: `/metrics`, `/readyz` (503 where not), `/livez`. */
export function statusRoutes({
  metricsText,
  isReady,
}: StatusSources): Readonly<Record<string, { readonly GET: StatusRoute }>> {
  return {
    "/metrics": {
      GET: async () => ({
        status: 200,
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
        body: await metricsText(),
      }),
    },
    "/readyz": {
      GET: async () =>
        isReady()
          ? { status: 200, headers: {}, body: "ready\n" }
          : { status: 503, headers: {}, body: "not ready\n" },
    },
    "/livez": { GET: async () => ({ status: 200, headers: {}, body: "alive\n" }) },
  };
}
