import type { Question } from "./question.ts";
import { bothAtOnce } from "./questions/both-at-once.ts";
import { drain } from "./questions/drain.ts";
import { latency } from "./questions/latency.ts";
import { submitBatched } from "./questions/submit-batched.ts";
import { submitOneByOne } from "./questions/submit-one-by-one.ts";
import { submitUnary } from "./questions/submit-unary.ts";

/** Every question, in the order of the report. */
export const QUESTIONS: readonly Question[] = [
  bothAtOnce,
  drain,
  submitBatched,
  submitOneByOne,
  submitUnary,
  latency,
];
