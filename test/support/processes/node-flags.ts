/** What Node is started with to run a program of this repository from its TypeScript sources. */
export const NODE_FLAGS = ["--conditions=source", "--disable-warning=ExperimentalWarning"] as const;
