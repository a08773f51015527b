import { countDeaths } from "./death-scripts.ts";
import { deleteQueue, getSettings, holdQueue, putKey, putSettings } from "./flow-scripts.ts";
import { getBlockers, listKeys } from "./key-scripts.ts";
import {
  describeSessions,
  drainSessions,
  leaseTasks,
  listSessions,
  openSessions,
  renewSessions,
  reportProgress,
  reportProgressIfRoom,
  sessionIds,
  settleLeases,
  settleLeasesIfRoom,
} from "./lease-scripts.ts";
import { deleteTasks, redriveTasks, runTasksNow } from "./move-scripts.ts";
import { auditFlow, auditQueue, purgeTasks, reclaimLeases, sweepQueue } from "./sweep-scripts.ts";
import {
  cancelTasks,
  getTasks,
  listTasks,
  queueStats,
  submitTasks,
  watchTasks,
} from "./task-scripts.ts";

/** Every script, under the name that it is called by. */
export const SCRIPTS = {
  audit_flow: auditFlow,
  audit_queue: auditQueue,
  cancel_tasks: cancelTasks,
  count_deaths: countDeaths,
  delete_queue: deleteQueue,
  delete_tasks: deleteTasks,
  describe_sessions: describeSessions,
  drain_sessions: drainSessions,
  get_blockers: getBlockers,
  get_settings: getSettings,
  get_tasks: getTasks,
  hold_queue: holdQueue,
  lease_tasks: leaseTasks,
  list_keys: listKeys,
  list_sessions: listSessions,
  list_tasks: listTasks,
  open_sessions: openSessions,
  purge_tasks: purgeTasks,
  put_key: putKey,
  put_settings: putSettings,
  queue_stats: queueStats,
  reclaim_leases: reclaimLeases,
  redrive_tasks: redriveTasks,
  renew_sessions: renewSessions,
  report_progress: reportProgress,
  report_progress_if_room: reportProgressIfRoom,
  run_tasks_now: runTasksNow,
  session_ids: sessionIds,
  settle_leases: settleLeases,
  settle_leases_if_room: settleLeasesIfRoom,
  submit_tasks: submitTasks,
  sweep_queue: sweepQueue,
  watch_tasks: watchTasks,
} as const;
