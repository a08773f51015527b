export * from "./file-descriptors.ts";
export * from "./load.ts";
export * from "./proxy.ts";
export * from "./status-details.ts";
