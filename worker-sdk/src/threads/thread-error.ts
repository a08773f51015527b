/** The attempt failed because its thread did: it died, was ended, or could not load the handler's module. */
export class ThreadError extends Error {
  override readonly name: string = "ThreadError";
}
