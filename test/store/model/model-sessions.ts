import type { LeaseRef, QueueName } from "../../../server/src/domain/ids.ts";
import type { Moves } from "./model-moves.ts";
import type { ModelSession, ModelTask } from "./model-task.ts";

/** What names a session. */
type SessionName = Pick<ModelSession, "sessionId" | "queue">;

/** The sessions that were opened, until a sweep finds that their ttl has passed. */
export class ModelSessions {
  readonly #sessions = new Map<string, ModelSession>();

  find(name: SessionName): ModelSession | undefined {
    return this.#sessions.get(keyOf(name));
  }

  /** The session, but where its ttl has passed. */
  live(name: SessionName, nowMs: number): ModelSession | null {
    const session = this.find(name);
    return session === undefined || isGone(session, nowMs) ? null : session;
  }

  put(session: ModelSession): void {
    this.#sessions.set(keyOf(session), session);
  }

  forgetGone(queue: QueueName, nowMs: number): void {
    for (const [key, session] of this.#sessions) {
      if (session.queue === queue && isGone(session, nowMs)) {
        this.#sessions.delete(key);
      }
    }
  }
}

/** Has a session that is opened anew keep those of its tasks that its worker holds, and give back the others. */
export function takeOver(
  own: readonly ModelTask[],
  session: ModelSession,
  held: readonly LeaseRef[],
  moves: Moves,
): { kept: LeaseRef[]; lost: LeaseRef[]; released: LeaseRef[] } {
  const isOwn = (ref: LeaseRef) =>
    own.some(({ id, token }) => id === ref.taskId && token === ref.token);
  const kept = held.filter(isOwn);
  const released: LeaseRef[] = [];
  for (const task of own) {
    if (kept.some(({ taskId }) => taskId === task.id)) {
      task.session = session;
    } else {
      released.push({ taskId: task.id, token: task.token });
      moves.noteEnd(task, "RELEASED");
      task.attempt -= 1;
      task.ended = { kind: "release", state: moves.giveBack(task, 0) };
    }
  }
  return { kept, lost: held.filter((ref) => !isOwn(ref)), released };
}

function isGone({ expiresAtMs }: ModelSession, nowMs: number): boolean {
  return expiresAtMs <= nowMs;
}

function keyOf({ sessionId, queue }: SessionName): string {
  return `${sessionId} ${queue}`;
}
