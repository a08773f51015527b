import type { QueueSettings } from "./queue-settings.ts";

/** The name of a setting of a queue. */
export type SettingName = keyof QueueSettings;

/** A change of some settings of a queue, which leaves the others as they are. */
export interface SettingsUpdate {
  /** What is changed; at least one. */
  readonly names: readonly SettingName[];
  /** The new values, and any value for what is not changed. */
  readonly settings: QueueSettings;
}

/** Returns the settings with a change made; making it again changes nothing. */
export function applyUpdate(before: QueueSettings, update: SettingsUpdate): QueueSettings {
  const changed = update.names.map((name) => [name, update.settings[name]]);
  return { ...before, ...Object.fromEntries(changed) };
}
