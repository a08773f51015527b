import type { DispatchLog } from "../../server/src/dispatch/log.ts";

/** A log that a test reads. */
export class RecordingLog implements DispatchLog {
  readonly warnings: string[] = [];
  /** The messages of the errors that were warned of. */
  readonly failures: string[] = [];
  readonly infos: Readonly<Record<string, unknown>>[] = [];
  readonly errors: unknown[] = [];

  debug(): void {}

  info(fields: object, message: string): void {
    this.infos.push({ message, ...fields });
  }

  warn(fields: { readonly err?: unknown }, message: string): void {
    this.warnings.push(message);
    if (fields.err instanceof Error) {
      this.failures.push(fields.err.message);
    }
  }

  error(fields: object, message: string): void {
    this.errors.push({ message, ...fields });
  }
}
