import type { Counter, Meter } from "@opentelemetry/api";
import { CUT_REASONS, type CutReason } from "../../net/listener.ts";

/** What a connection came to. */
const PORTS = ["grpc", "http"] as const;
export type Port = (typeof PORTS)[number];

const PORT = "messaging.baton.port";
const REASON = "messaging.baton.reason";

/** Where the gauges look. */
export interface ConnectionSources {
  readonly open: (port: Port) => number;
  /** What all connections make this process hold. */
  readonly heldBytes: () => number;
}

/** How many connections there are, what they hold, and which were cut. Peers are in the log, never a label. */
export class ConnectionMetrics {
  readonly #cut: Counter;

  constructor(meter: Meter) {
    this.#cut = meter.createCounter("baton.connections.cut", {
      description: "connections refused or cut, by port and reason",
      unit: "{connection}",
    });
    // A counter that first shows at 1 has grown by nothing, as Prometheus sees it.
    for (const port of PORTS) {
      for (const reason of CUT_REASONS) {
        this.#cut.add(0, { [PORT]: port, [REASON]: reason });
      }
    }
  }

  /** One was refused or cut. */
  cut(port: Port, reason: CutReason): void {
    this.#cut.add(1, { [PORT]: port, [REASON]: reason });
  }

  /** Adds the gauges, which look when they are asked. */
  observe(meter: Meter, sources: ConnectionSources): void {
    meter
      .createObservableGauge("baton.connections.open", {
        description: "connections that are open, by port",
        unit: "{connection}",
      })
      .addCallback((result) => {
        for (const port of PORTS) {
          result.observe(sources.open(port), { [PORT]: port });
        }
      });
    meter
      .createObservableGauge("baton.connections.held_bytes", {
        description: "what connections make the dispatcher hold, about",
        unit: "By",
      })
      .addCallback((result) => result.observe(sources.heldBytes()));
  }
}
