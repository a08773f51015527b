/** Where the dispatcher says what happens to it; a pino logger fits. */
export interface DispatchLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
