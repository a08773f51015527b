import { NodeSDK } from "@opentelemetry/sdk-node";

// Loaded before a program's own code: starts tracing as OpenTelemetry's variables say, and sends what
// waits at the end. The SDK of Baton needs no more than that.
const sdk = new NodeSDK({ instrumentations: [], metricReaders: [], logRecordProcessors: [] });
sdk.start();
process.once("beforeExit", () => void sdk.shutdown());
