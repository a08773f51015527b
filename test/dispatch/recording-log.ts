import type { DispatchLog } from "../../server/src/dispatch/log.ts";

/** A log that a test reads. */
export class RecordingLog implements DispatchLog {
  readonly warnings: string[] = [];
  readonly errors: unknown[] = [];

  debug(): void {}

  info(): void {}

  warn(_fields: object, message: string): void {
    this.warnings.push(message);
  }

  error(fields: object, message: string): void {
    this.errors.push({ message, ...fields });
  }
}
