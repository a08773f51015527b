/** What goes into a task of one type, and what its handler returns. */
export interface TaskShape {
  // biome-ignore lint/suspicious/noExplicitAny: as JSON.parse, untyped until the user says more
  readonly payload: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly result: any;
}

/**
 * The types of tasks that a worker and a client share, such as
 * `interface Tasks { welcome: { payload: { to: string }; result: void } }`.
 */
export type TaskTypes<Types = Record<string, TaskShape>> = {
  readonly [Type in keyof Types]: TaskShape;
};

/** The payload of any of the types. */
export type PayloadOf<
  Types extends TaskTypes<Types>,
  Type extends keyof Types = keyof Types,
> = Types[Type]["payload"];

/** The result of any of the types. */
export type ResultOf<
  Types extends TaskTypes<Types>,
  Type extends keyof Types = keyof Types,
> = Types[Type]["result"];
