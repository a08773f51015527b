import type { ServiceContext } from "../calls/service-context.ts";
import type { Handlers } from "../wire.ts";
import { awaitStreamHandler } from "./await-stream.ts";
import { awaitHandler, watchHandler } from "./await-watch.ts";
import { cancelHandler, deleteHandler, redriveHandler, runNowHandler } from "./control.ts";
import { explainHandler, getHandler, listHandler } from "./read.ts";
import { submitBatchHandler, submitHandler } from "./submit.ts";
import { submitStreamHandler } from "./submit-stream.ts";

/** Handles every method of `TaskService`. */
export function taskService(context: ServiceContext): Handlers<"TaskService"> {
  return {
    Submit: submitHandler(context),
    SubmitBatch: submitBatchHandler(context),
    SubmitStream: submitStreamHandler(context),
    Get: getHandler(context),
    List: listHandler(context),
    Await: awaitHandler(context),
    AwaitStream: awaitStreamHandler(context),
    Watch: watchHandler(context),
    Cancel: cancelHandler(context),
    Redrive: redriveHandler(context),
    RunNow: runNowHandler(context),
    Delete: deleteHandler(context),
    Explain: explainHandler(context),
  };
}
