/** What a store keeps records of. */
export type RecordKind = "schedule" | "firing" | "event" | "subscription" | "operation" | "task";

/** Says that a record of a store cannot be read: it is damaged, or a later version wrote it. */
export class Undecodable extends Error {
  override readonly name = "Undecodable";
  readonly kind: RecordKind;
  /** Names the record among those of its kind. */
  readonly recordName: string;
  /** The version of its document; 0 where it has none. */
  readonly version: number;

  constructor(kind: RecordKind, recordName: string, version: number, cause: unknown) {
    super(`a ${kind} cannot be read`, { cause });
    this.kind = kind;
    this.recordName = recordName;
    this.version = version;
  }
}

/** Fails where a record has not the shape that this version writes. */
export function expectSound(isSound: boolean): void {
  if (!isSound) {
    throw new Error("the record has another shape than this version writes");
  }
}

/** Whether a value is an object whose values are all texts. */
export function isMapOfTexts(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string")
  );
}

/** Tells what can be read from what cannot. */
export function isReadable<Value>(value: Value | Undecodable): value is Value {
  return !(value instanceof Undecodable);
}
