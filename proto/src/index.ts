export * from "./load.ts";
export * from "./status-details.ts";
