// What the server and the worker SDK have in common beside the messages. It imports nothing, so that
// whoever wants a limit or the clock does not load the protocol.
export * from "./before-next-event.ts";
export * from "./clock.ts";
export * from "./limits.ts";
export * from "./semconv.ts";
