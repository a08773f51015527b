import { Cluster, Command, type Redis } from "ioredis";
import { StoreError } from "../../store.ts";
import {
  DOCUMENT_LIBRARY,
  QUEUE_LIBRARY,
  REGISTRY_LIBRARY,
  TASK_LIBRARY,
} from "../lua.generated.ts";
import { callAsScript } from "./as-script.ts";
import type { FunctionCall } from "./function-call.ts";
import type { RedisClient, ReplyItem } from "./script.ts";

const LIBRARIES = [TASK_LIBRARY, QUEUE_LIBRARY, DOCUMENT_LIBRARY, REGISTRY_LIBRARY];
const MISSING = /^ERR Function not found/;
const LOADED_ALREADY = /^ERR Library '.+' already exists/;

const FULL = /^-?OOM/;
/** After a full server refused the functions, so many calls are made without asking it again. */
const CALLS_BEFORE_NEXT_LOAD = 500;

/** How many calls are to be made as scripts by now, where the server has no room for the functions. */
const callsAsScripts = new WeakMap<RedisClient, number>();
/** Loads that are under way, so that many calls that miss a function load it once. */
const loading = new WeakMap<RedisClient, Promise<void>>();

/**
 * Has every master know our functions. Each version has libraries of its own beside those of others, so that
 * dispatchers of several versions may share a Redis.
 *
 * @throws what Redis answers; a full one takes no library that it does not have
 */
export async function loadFunctions(client: RedisClient): Promise<void> {
  const servers = client instanceof Cluster ? client.nodes("master") : [client];
  const loads = servers.flatMap((server) => LIBRARIES.map(({ text }) => loadLibrary(server, text)));
  const settled = await Promise.allSettled(loads);
  const failures = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  if (failures.length > 0) {
    throw failures.find(({ message }: Error) => FULL.test(message)) ?? failures[0];
  }
}

async function loadLibrary(server: Redis, text: string): Promise<void> {
  try {
    await server.call("FUNCTION", "LOAD", text);
  } catch (error) {
    if (!LOADED_ALREADY.test((error as Error).message)) {
      throw error;
    }
  }
}

/**
 * Calls a function; bytes in its reply are left as they are. Where the server does not have it (it was set up
 * anew, or a failover lost it), nothing was done, so that it is loaded and called again; or as a script, where
 * the server is full.
 */
export function callFunction(client: RedisClient, call: FunctionCall): Promise<ReplyItem[]> {
  const left = callsAsScripts.get(client) ?? 0;
  if (left > 0) {
    callsAsScripts.set(client, left - 1);
    return callAsScript(client, call);
  }
  return send(client, call).catch((error: unknown) => {
    if (!MISSING.test((error as Error).message)) {
      throw error;
    }
    return loadOnce(client).then(
      () => send(client, call),
      (refusal: unknown) => {
        if (!FULL.test((refusal as Error).message)) {
          // Another master may be away that had to be given them too.
          return send(client, call);
        }
        callsAsScripts.set(client, CALLS_BEFORE_NEXT_LOAD);
        return callAsScript(client, call);
      },
    );
  });
}

// Not by the client's own methods for commands, which wrap each promise several times.
function send(client: RedisClient, call: FunctionCall): Promise<ReplyItem[]> {
  const { library, name, args } = call;
  const words = [`${library.name}_${name}`, library.keyCount, ...args];
  const command = new Command("fcall", words, { replyEncoding: null });
  const answer = client.sendCommand(command) as Promise<ReplyItem[]>;
  return command.isSettled && client instanceof Cluster ? neverSent(client, answer) : answer;
}

/** Of a command that was refused while it was being sent: a cluster's client words that as if it were lost. */
async function neverSent(client: Cluster, answer: Promise<ReplyItem[]>): Promise<ReplyItem[]> {
  try {
    return await answer;
  } catch (error) {
    // Another node may have taken the slot over.
    client.refreshSlotsCache();
    throw new StoreError("unavailable", "Redis cannot be reached", error);
  }
}

function loadOnce(client: RedisClient): Promise<void> {
  let load = loading.get(client);
  if (load === undefined) {
    load = loadFunctions(client).finally(() => loading.delete(client));
    loading.set(client, load);
  }
  return load;
}
