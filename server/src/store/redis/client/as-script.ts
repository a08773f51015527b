import { createHash } from "node:crypto";
import { Command } from "ioredis";
import type { FunctionCall } from "./function-call.ts";
import type { RedisClient, ReplyItem } from "./script.ts";

/** A function as a script of its own. */
interface AsScript {
  readonly text: string;
  readonly sha: string;
}

const UNKNOWN = /^NOSCRIPT/;
const scripts = new Map<string, AsScript>();

/**
 * Calls a function that the server cannot be given, as a script that makes the whole library and calls one of
 * its functions: a full Redis takes no library, but runs a script that says that it may. It costs a few times
 * what the function does.
 */
export async function callAsScript(client: RedisClient, call: FunctionCall): Promise<ReplyItem[]> {
  const { text, sha } = scriptOf(call);
  try {
    return await send(client, "evalsha", sha, call);
  } catch (error) {
    if (!UNKNOWN.test((error as Error).message)) {
      throw error;
    }
    return send(client, "eval", text, call);
  }
}

function send(
  client: RedisClient,
  command: "eval" | "evalsha",
  script: string,
  { library, args }: FunctionCall,
): Promise<ReplyItem[]> {
  const words = [script, library.keyCount, ...args];
  return client.sendCommand(new Command(command, words, { replyEncoding: null })) as Promise<
    ReplyItem[]
  >;
}

function scriptOf({ library, name }: FunctionCall): AsScript {
  const called = `${library.name}_${name}`;
  let script = scripts.get(called);
  if (script === undefined) {
    const flags = library.functions[name]?.flags ?? [];
    const text = `#!lua${flags.length > 0 ? ` flags=${flags.join(",")}` : ""}
local callback
local redis = setmetatable({register_function = function(it)
  if it.function_name == "${called}" then callback = it.callback end
end}, {__index = redis})
${library.text.slice(library.text.indexOf("\n") + 1)}
return callback(KEYS, ARGV)`;
    script = { text, sha: createHash("sha1").update(text).digest("hex") };
    scripts.set(called, script);
  }
  return script;
}
