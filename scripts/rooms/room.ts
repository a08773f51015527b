export interface Room {
  /** A folder, whose files are the room (folders inside it are rooms of their own), or files. */
  readonly at: string | readonly string[];
  /** What it does, for the table. */
  readonly about: string;
  /** Names of the rooms that it may import. */
  readonly rooms?: readonly string[];
  /** Packages and modules of Node that it may import, as patterns. */
  readonly packages?: readonly string[];
}

/** Rooms by name; a room names only rooms that come before it. */
export type Rooms = Readonly<Record<string, Room>>;

/** The rooms of the domain, which most others may import. */
export const domain = [
  "domain",
  "domain/specs",
  "domain/attempts",
  "domain/schedules",
  "domain/events",
  "domain/flow",
  "domain/operations",
];
