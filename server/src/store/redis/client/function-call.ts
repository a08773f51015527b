import type { Argument } from "./script.ts";

/** A library of functions; the name tells it from every other version. */
interface Library {
  readonly name: string;
  /** How many of the arguments of each function, from the first, are keys. */
  readonly keyCount: number;
  readonly functions: Readonly<Record<string, { readonly flags: readonly string[] }>>;
  readonly text: string;
}

/** A call of one of a library's functions. */
export interface FunctionCall {
  readonly library: Library;
  readonly name: string;
  readonly args: readonly Argument[];
}
