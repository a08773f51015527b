/** Calls that, should a frozen dispatcher take them up late, would undo what was called after them. */
export const OVERWRITES: ReadonlySet<string> = new Set(
  [
    ...["PutSchedule", "PauseSchedule", "ResumeSchedule", "DeleteSchedule"].map(
      (name) => `ScheduleService/${name}`,
    ),
    ...["PutSubscription", "PauseSubscription", "DeleteSubscription"].map(
      (name) => `EventService/${name}`,
    ),
    ...["UpdateQueue", "PauseQueue", "ResumeQueue", "PutQueueKey", "DeleteQueue"].map(
      (name) => `QueueService/${name}`,
    ),
  ].map((path) => `/baton.v1.${path}`),
);
