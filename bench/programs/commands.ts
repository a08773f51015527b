/** What a bench's process can be asked to do, by name. */
export type Commands = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

/** A question of the bench, as it comes over the process's channel. */
export interface Question {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

/** The answer to the question with the same id. */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Answers the bench's questions until it is gone. */
export function answerCommands(commands: Commands): void {
  process.on("message", (message: Question) => {
    answer(commands, message).then(
      (reply) => process.send?.(reply),
      () => process.exit(1),
    );
  });
  process.on("disconnect", () => process.exit(0));
  // In order, so that a profile is written where one was asked for.
  process.on("SIGTERM", () => process.exit(0));
  process.send?.({ id: 0 } satisfies Answer);
}

async function answer(commands: Commands, { id, command, argument }: Question): Promise<Answer> {
  const run = commands[command] as ((argument: unknown) => Promise<unknown>) | undefined;
  if (run === undefined) {
    return { id, error: `no command ${command}` };
  }
  try {
    return { id, result: await run(argument) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
