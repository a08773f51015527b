// @ts-nocheck
// Written by scripts/proto/generate-codecs.ts from the .proto files.
import { WireReader } from "./wire-reader.ts";
import { newWrittenText, WireWriter } from "./wire-writer.ts";

const NO_BYTES = Buffer.alloc(0);

const known_baton_v1_Failure_type = newWrittenText();
const known_baton_v1_GrantedTask_queue = newWrittenText();
const known_baton_v1_GrantedTask_type = newWrittenText();
const known_baton_v1_GrantedTask_contentType = newWrittenText();
const known_baton_v1_Task_queue = newWrittenText();
const known_baton_v1_Task_type = newWrittenText();
const known_baton_v1_Task_contentType = newWrittenText();
const known_baton_v1_TaskResult_contentType = newWrittenText();
const known_baton_v1_TaskSpec_queue = newWrittenText();
const known_baton_v1_TaskSpec_type = newWrittenText();
const known_baton_v1_TaskSpec_contentType = newWrittenText();
const known_baton_v1_WorkerSubscription_queue = newWrittenText();

function write_baton_v1_Attempt(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.delivery) != null) { if (!(v === 0)) { w.uint32(8); w.uint32(v); } }
  if ((v = m.number) != null) { if (!(v === 0)) { w.uint32(16); w.uint32(v); } }
  if ((v = m.outcome) != null) { v = typeof v === "string" ? ({"ATTEMPT_OUTCOME_UNSPECIFIED":0,"ATTEMPT_OUTCOME_SUCCEEDED":1,"ATTEMPT_OUTCOME_FAILED":2,"ATTEMPT_OUTCOME_TIMED_OUT":3,"ATTEMPT_OUTCOME_CRASHED":4,"ATTEMPT_OUTCOME_RELEASED":5,"ATTEMPT_OUTCOME_CANCELLED":6}[v] ?? 0) : v; if (!(v === 0)) { w.uint32(24); w.int32(v); } }
  if ((v = m.workerId) != null) { if (!(v === "")) { w.uint32(34); w.string(textOf(v)); } }
  if ((v = m.startTime) != null) { w.uint32(42); const o = w.open(1); write_google_protobuf_Timestamp(w, v); w.close(o, 1); }
  if ((v = m.endTime) != null) { w.uint32(50); const o = w.open(1); write_google_protobuf_Timestamp(w, v); w.close(o, 1); }
  if ((v = m.failure) != null) { w.uint32(58); const o = w.open(2); write_baton_v1_Failure(w, v); w.close(o, 2); }
  if ((v = m.traceId) != null) { if (!(v === "")) { w.uint32(66); w.string(textOf(v)); } }
}

function read_baton_v1_Attempt(r, end) {
  const m = { delivery: 0, number: 0, outcome: "ATTEMPT_OUTCOME_UNSPECIFIED", workerId: "", startTime: null, endTime: null, failure: null, traceId: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.delivery = r.uint32(); break;
      case 16: m.number = r.uint32(); break;
      case 24: m.outcome = named({"0":"ATTEMPT_OUTCOME_UNSPECIFIED","1":"ATTEMPT_OUTCOME_SUCCEEDED","2":"ATTEMPT_OUTCOME_FAILED","3":"ATTEMPT_OUTCOME_TIMED_OUT","4":"ATTEMPT_OUTCOME_CRASHED","5":"ATTEMPT_OUTCOME_RELEASED","6":"ATTEMPT_OUTCOME_CANCELLED"}, r.int32()); break;
      case 34: m.workerId = r.string(end); break;
      case 42: m.startTime = read_google_protobuf_Timestamp(r, r.end(end)); break;
      case 50: m.endTime = read_google_protobuf_Timestamp(r, r.end(end)); break;
      case 58: m.failure = read_baton_v1_Failure(r, r.end(end)); break;
      case 66: m.traceId = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_AttemptHistory(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.attempts) != null) for (const e of v) { w.uint32(10); const o = w.open(2); write_baton_v1_Attempt(w, e); w.close(o, 2); }
  if ((v = m.leftOut) != null) { if (!(v === 0)) { w.uint32(16); w.uint32(v); } }
}

function read_baton_v1_AttemptHistory(r, end) {
  const m = { attempts: [], leftOut: 0 };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.attempts.push(read_baton_v1_Attempt(r, r.end(end))); break;
      case 16: m.leftOut = r.uint32(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_AwaitForget(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.sequence) != null) { if (!(v == 0)) { w.uint32(8); w.uint64(v); } }
}

function read_baton_v1_AwaitForget(r, end) {
  const m = { sequence: "0" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.sequence = r.uint64(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_AwaitItem(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.sequence) != null) { if (!(v == 0)) { w.uint32(8); w.uint64(v); } }
  if ((v = m.taskId) != null) { if (!(v === "")) { w.uint32(18); w.string(textOf(v)); } }
}

function read_baton_v1_AwaitItem(r, end) {
  const m = { sequence: "0", taskId: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.sequence = r.uint64(); break;
      case 18: m.taskId = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_AwaitItemResult(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.sequence) != null) { if (!(v == 0)) { w.uint32(8); w.uint64(v); } }
  if ((v = m.task) != null) { w.uint32(18); const o = w.open(2); write_baton_v1_Task(w, v); w.close(o, 2); }
  if ((v = m.error) != null) { w.uint32(26); const o = w.open(2); write_google_rpc_Status(w, v); w.close(o, 2); }
}

function read_baton_v1_AwaitItemResult(r, end) {
  const m = { sequence: "0" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.sequence = r.uint64(); break;
      case 18: m.task = read_baton_v1_Task(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "task") { delete m.error; } m.outcome = "task"; break;
      case 26: m.error = read_google_rpc_Status(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "error") { delete m.task; } m.outcome = "error"; break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_AwaitStreamRequest(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.items) != null) for (const e of v) { w.uint32(10); const o = w.open(1); write_baton_v1_AwaitItem(w, e); w.close(o, 1); }
  if ((v = m.forgets) != null) for (const e of v) { w.uint32(18); const o = w.open(1); write_baton_v1_AwaitForget(w, e); w.close(o, 1); }
}

function read_baton_v1_AwaitStreamRequest(r, end) {
  const m = { items: [], forgets: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.items.push(read_baton_v1_AwaitItem(r, r.end(end))); break;
      case 18: m.forgets.push(read_baton_v1_AwaitForget(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_AwaitStreamResponse(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.results) != null) for (const e of v) { w.uint32(10); const o = w.open(2); write_baton_v1_AwaitItemResult(w, e); w.close(o, 2); }
}

function read_baton_v1_AwaitStreamResponse(r, end) {
  const m = { results: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.results.push(read_baton_v1_AwaitItemResult(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Cancel(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.lease) != null) { w.uint32(10); const o = w.open(1); write_baton_v1_LeaseRef(w, v); w.close(o, 1); }
  if ((v = m.reason) != null) { if (!(v === "")) { w.uint32(18); w.string(textOf(v)); } }
}

function read_baton_v1_Cancel(r, end) {
  const m = { lease: null, reason: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.lease = read_baton_v1_LeaseRef(r, r.end(end)); break;
      case 18: m.reason = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Complete(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.result) != null) { w.uint32(10); const o = w.open(1); write_baton_v1_TaskResult(w, v); w.close(o, 1); }
}

function read_baton_v1_Complete(r, end) {
  const m = { result: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.result = read_baton_v1_TaskResult(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Credit(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.tasks) != null) { if (!(v === 0)) { w.uint32(8); w.int32(v); } }
}

function read_baton_v1_Credit(r, end) {
  const m = { tasks: 0 };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.tasks = r.int32(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Dismiss(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.reason) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
}

function read_baton_v1_Dismiss(r, end) {
  const m = { reason: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.reason = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_DrainAck(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
}

function read_baton_v1_DrainAck(r, end) {
  const m = {  };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Fail(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.failure) != null) { w.uint32(10); const o = w.open(2); write_baton_v1_Failure(w, v); w.close(o, 2); }
  if ((v = m.nonRetryable) != null) { if (!(!v)) { w.uint32(16); w.bool(v); } }
  if ((v = m.retryAfter) != null) { w.uint32(26); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
}

function read_baton_v1_Fail(r, end) {
  const m = { failure: null, nonRetryable: false, retryAfter: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.failure = read_baton_v1_Failure(r, r.end(end)); break;
      case 16: m.nonRetryable = r.bool(); break;
      case 26: m.retryAfter = read_google_protobuf_Duration(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Failure(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.type) != null) { if (!(v === "")) { w.uint32(10); w.knownString(textOf(v), known_baton_v1_Failure_type); } }
  if ((v = m.message) != null) { if (!(v === "")) { w.uint32(18); w.string(textOf(v)); } }
  if ((v = m.stack) != null) { if (!(v === "")) { w.uint32(26); w.string(textOf(v)); } }
  if ((v = m.traceparent) != null) { if (!(v === "")) { w.uint32(34); w.string(textOf(v)); } }
}

function read_baton_v1_Failure(r, end) {
  const m = { type: "", message: "", stack: "", traceparent: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.type = r.knownString(end); break;
      case 18: m.message = r.string(end); break;
      case 26: m.stack = r.string(end); break;
      case 34: m.traceparent = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Grant(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.tasks) != null) for (const e of v) { w.uint32(10); const o = w.open(2); write_baton_v1_GrantedTask(w, e); w.close(o, 2); }
}

function read_baton_v1_Grant(r, end) {
  const m = { tasks: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.tasks.push(read_baton_v1_GrantedTask(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_GrantedTask(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.lease) != null) { w.uint32(10); const o = w.open(1); write_baton_v1_LeaseRef(w, v); w.close(o, 1); }
  if ((v = m.queue) != null) { if (!(v === "")) { w.uint32(18); w.knownString(textOf(v), known_baton_v1_GrantedTask_queue); } }
  if ((v = m.type) != null) { if (!(v === "")) { w.uint32(26); w.knownString(textOf(v), known_baton_v1_GrantedTask_type); } }
  if ((v = m.payload) != null) { if (!(v.length === 0)) { w.uint32(34); w.bytes(v); } }
  if ((v = m.contentType) != null) { if (!(v === "")) { w.uint32(42); w.knownString(textOf(v), known_baton_v1_GrantedTask_contentType); } }
  if ((v = m.headers) != null) for (const k of Object.keys(v)) { w.uint32(50); const o = w.open(1); w.uint32(10); w.string(k); w.uint32(18); w.string(textOf(v[k])); w.close(o, 1); }
  if ((v = m.attempt) != null) { if (!(v === 0)) { w.uint32(56); w.uint32(v); } }
  if ((v = m.maxAttempts) != null) { if (!(v === 0)) { w.uint32(64); w.uint32(v); } }
  if ((v = m.crashes) != null) { if (!(v === 0)) { w.uint32(72); w.uint32(v); } }
  if ((v = m.attemptTimeout) != null) { w.uint32(82); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.checkpoint) != null) { if (!(v.length === 0)) { w.uint32(90); w.bytes(v); } }
  if ((v = m.queued) != null) { w.uint32(98); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.previousTraceparent) != null) { if (!(v === "")) { w.uint32(106); w.string(textOf(v)); } }
  if ((v = m.shardIndex) != null) { if (!(v === 0)) { w.uint32(112); w.uint32(v); } }
  if ((v = m.shardTotal) != null) { if (!(v === 0)) { w.uint32(120); w.uint32(v); } }
  if ((v = m.concurrencyKey) != null) { if (!(v === "")) { w.uint32(130); w.string(textOf(v)); } }
  if ((v = m.orderingKey) != null) { if (!(v === "")) { w.uint32(138); w.string(textOf(v)); } }
}

function read_baton_v1_GrantedTask(r, end) {
  const m = { lease: null, queue: "", type: "", payload: NO_BYTES, contentType: "", headers: {}, attempt: 0, maxAttempts: 0, crashes: 0, attemptTimeout: null, checkpoint: NO_BYTES, queued: null, previousTraceparent: "", shardIndex: 0, shardTotal: 0, concurrencyKey: "", orderingKey: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.lease = read_baton_v1_LeaseRef(r, r.end(end)); break;
      case 18: m.queue = r.knownString(end); break;
      case 26: m.type = r.knownString(end); break;
      case 34: m.payload = r.bytes(end); break;
      case 42: m.contentType = r.knownString(end); break;
      case 50: r.entry(m.headers, end); break;
      case 56: m.attempt = r.uint32(); break;
      case 64: m.maxAttempts = r.uint32(); break;
      case 72: m.crashes = r.uint32(); break;
      case 82: m.attemptTimeout = read_google_protobuf_Duration(r, r.end(end)); break;
      case 90: m.checkpoint = r.bytes(end); break;
      case 98: m.queued = read_google_protobuf_Duration(r, r.end(end)); break;
      case 106: m.previousTraceparent = r.string(end); break;
      case 112: m.shardIndex = r.uint32(); break;
      case 120: m.shardTotal = r.uint32(); break;
      case 130: m.concurrencyKey = r.string(end); break;
      case 138: m.orderingKey = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Heartbeat(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.leases) != null) for (const e of v) { w.uint32(10); const o = w.open(2); write_baton_v1_HeldLease(w, e); w.close(o, 2); }
  if ((v = m.sequence) != null) { if (!(v === 0)) { w.uint32(16); w.uint32(v); } }
}

function read_baton_v1_Heartbeat(r, end) {
  const m = { leases: [], sequence: 0 };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.leases.push(read_baton_v1_HeldLease(r, r.end(end))); break;
      case 16: m.sequence = r.uint32(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_HeartbeatAck(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.lost) != null) for (const e of v) { w.uint32(10); const o = w.open(1); write_baton_v1_LeaseRef(w, e); w.close(o, 1); }
  if ((v = m.cancelled) != null) for (const e of v) { w.uint32(18); const o = w.open(1); write_baton_v1_LeaseRef(w, e); w.close(o, 1); }
  if ((v = m.sequence) != null) { if (!(v === 0)) { w.uint32(24); w.uint32(v); } }
}

function read_baton_v1_HeartbeatAck(r, end) {
  const m = { lost: [], cancelled: [], sequence: 0 };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.lost.push(read_baton_v1_LeaseRef(r, r.end(end))); break;
      case 18: m.cancelled.push(read_baton_v1_LeaseRef(r, r.end(end))); break;
      case 24: m.sequence = r.uint32(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_HeldLease(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.lease) != null) { w.uint32(10); const o = w.open(1); write_baton_v1_LeaseRef(w, v); w.close(o, 1); }
  if ((v = m.progress) != null) { w.uint32(18); const o = w.open(2); write_baton_v1_Progress(w, v); w.close(o, 2); }
  if ((v = m.checkpoint) != null) { { w.uint32(26); w.bytes(v); } }
}

function read_baton_v1_HeldLease(r, end) {
  const m = { lease: null, progress: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.lease = read_baton_v1_LeaseRef(r, r.end(end)); break;
      case 18: m.progress = read_baton_v1_Progress(r, r.end(end)); break;
      case 26: m.checkpoint = r.bytes(end); m._checkpoint = "checkpoint"; break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Hello(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.protocolVersion) != null) { if (!(v === 0)) { w.uint32(8); w.uint32(v); } }
  if ((v = m.workerId) != null) { if (!(v === "")) { w.uint32(18); w.string(textOf(v)); } }
  if ((v = m.resumeSession) != null) { if (!(v === "")) { w.uint32(26); w.string(textOf(v)); } }
  if ((v = m.subscriptions) != null) for (const e of v) { w.uint32(34); const o = w.open(2); write_baton_v1_WorkerSubscription(w, e); w.close(o, 2); }
  if ((v = m.held) != null) for (const e of v) { w.uint32(42); const o = w.open(1); write_baton_v1_LeaseRef(w, e); w.close(o, 1); }
  if ((v = m.labels) != null) for (const k of Object.keys(v)) { w.uint32(50); const o = w.open(1); w.uint32(10); w.string(k); w.uint32(18); w.string(textOf(v[k])); w.close(o, 1); }
  if ((v = m.sdk) != null) { if (!(v === "")) { w.uint32(58); w.string(textOf(v)); } }
  if ((v = m.streamNumber) != null) { if (!(v === 0)) { w.uint32(64); w.uint32(v); } }
  if ((v = m.concurrency) != null) { if (!(v === 0)) { w.uint32(72); w.uint32(v); } }
}

function read_baton_v1_Hello(r, end) {
  const m = { protocolVersion: 0, workerId: "", resumeSession: "", subscriptions: [], held: [], labels: {}, sdk: "", streamNumber: 0, concurrency: 0 };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.protocolVersion = r.uint32(); break;
      case 18: m.workerId = r.string(end); break;
      case 26: m.resumeSession = r.string(end); break;
      case 34: m.subscriptions.push(read_baton_v1_WorkerSubscription(r, r.end(end))); break;
      case 42: m.held.push(read_baton_v1_LeaseRef(r, r.end(end))); break;
      case 50: r.entry(m.labels, end); break;
      case 58: m.sdk = r.string(end); break;
      case 64: m.streamNumber = r.uint32(); break;
      case 72: m.concurrency = r.uint32(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Hold(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.scope) != null) { v = typeof v === "string" ? ({"HOLD_SCOPE_UNSPECIFIED":0,"HOLD_SCOPE_KEY":1,"HOLD_SCOPE_QUEUE":2}[v] ?? 0) : v; if (!(v === 0)) { w.uint32(8); w.int32(v); } }
  if ((v = m.duration) != null) { w.uint32(18); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
}

function read_baton_v1_Hold(r, end) {
  const m = { scope: "HOLD_SCOPE_UNSPECIFIED", duration: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.scope = named({"0":"HOLD_SCOPE_UNSPECIFIED","1":"HOLD_SCOPE_KEY","2":"HOLD_SCOPE_QUEUE"}, r.int32()); break;
      case 18: m.duration = read_google_protobuf_Duration(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_LeaseRef(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.taskId) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
  if ((v = m.leaseToken) != null) { if (!(v == 0)) { w.uint32(16); w.uint64(v); } }
}

function read_baton_v1_LeaseRef(r, end) {
  const m = { taskId: "", leaseToken: "0" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.taskId = r.string(end); break;
      case 16: m.leaseToken = r.uint64(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Progress(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.fraction) != null) { { w.uint32(9); w.double(v); } }
  if ((v = m.note) != null) { if (!(v === "")) { w.uint32(18); w.string(textOf(v)); } }
}

function read_baton_v1_Progress(r, end) {
  const m = { note: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 9: m.fraction = r.double(); m._fraction = "fraction"; break;
      case 18: m.note = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Release(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.reason) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
  if ((v = m.delay) != null) { w.uint32(18); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.hold) != null) { w.uint32(26); const o = w.open(2); write_baton_v1_Hold(w, v); w.close(o, 2); }
}

function read_baton_v1_Release(r, end) {
  const m = { reason: "", delay: null, hold: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.reason = r.string(end); break;
      case 18: m.delay = read_google_protobuf_Duration(r, r.end(end)); break;
      case 26: m.hold = read_baton_v1_Hold(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_RetryPolicy(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.maxAttempts) != null) { { w.uint32(8); w.uint32(v); } }
  if ((v = m.initialBackoff) != null) { w.uint32(18); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.maxBackoff) != null) { w.uint32(26); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.multiplier) != null) { { w.uint32(33); w.double(v); } }
  if ((v = m.maxCrashes) != null) { { w.uint32(40); w.uint32(v); } }
  if ((v = m.nonRetryableTypes) != null) for (const e of v) { w.uint32(50); w.string(textOf(e)); }
}

function read_baton_v1_RetryPolicy(r, end) {
  const m = { initialBackoff: null, maxBackoff: null, nonRetryableTypes: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.maxAttempts = r.uint32(); m._maxAttempts = "maxAttempts"; break;
      case 18: m.initialBackoff = read_google_protobuf_Duration(r, r.end(end)); break;
      case 26: m.maxBackoff = read_google_protobuf_Duration(r, r.end(end)); break;
      case 33: m.multiplier = r.double(); m._multiplier = "multiplier"; break;
      case 40: m.maxCrashes = r.uint32(); m._maxCrashes = "maxCrashes"; break;
      case 50: m.nonRetryableTypes.push(r.string(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_ServerDrain(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.cause) != null) { v = typeof v === "string" ? ({"DRAIN_CAUSE_UNSPECIFIED":0,"DRAIN_CAUSE_SHUTDOWN":1,"DRAIN_CAUSE_REBALANCE":2}[v] ?? 0) : v; if (!(v === 0)) { w.uint32(8); w.int32(v); } }
  if ((v = m.grace) != null) { w.uint32(18); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
}

function read_baton_v1_ServerDrain(r, end) {
  const m = { cause: "DRAIN_CAUSE_UNSPECIFIED", grace: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.cause = named({"0":"DRAIN_CAUSE_UNSPECIFIED","1":"DRAIN_CAUSE_SHUTDOWN","2":"DRAIN_CAUSE_REBALANCE"}, r.int32()); break;
      case 18: m.grace = read_google_protobuf_Duration(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_ServerFrame(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.welcome) != null) { w.uint32(10); const o = w.open(2); write_baton_v1_Welcome(w, v); w.close(o, 2); }
  if ((v = m.grant) != null) { w.uint32(18); const o = w.open(2); write_baton_v1_Grant(w, v); w.close(o, 2); }
  if ((v = m.heartbeatAck) != null) { w.uint32(26); const o = w.open(2); write_baton_v1_HeartbeatAck(w, v); w.close(o, 2); }
  if ((v = m.settleAck) != null) { w.uint32(34); const o = w.open(2); write_baton_v1_SettleAck(w, v); w.close(o, 2); }
  if ((v = m.cancel) != null) { w.uint32(42); const o = w.open(2); write_baton_v1_Cancel(w, v); w.close(o, 2); }
  if ((v = m.drain) != null) { w.uint32(50); const o = w.open(2); write_baton_v1_ServerDrain(w, v); w.close(o, 2); }
  if ((v = m.drainAck) != null) { w.uint32(58); const o = w.open(2); write_baton_v1_DrainAck(w, v); w.close(o, 2); }
  if ((v = m.throttle) != null) { w.uint32(66); const o = w.open(2); write_baton_v1_Throttle(w, v); w.close(o, 2); }
  if ((v = m.dismiss) != null) { w.uint32(74); const o = w.open(2); write_baton_v1_Dismiss(w, v); w.close(o, 2); }
}

function read_baton_v1_ServerFrame(r, end) {
  const m = {  };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.welcome = read_baton_v1_Welcome(r, r.end(end)); if (m.frame !== undefined && m.frame !== "welcome") { delete m.grant; delete m.heartbeatAck; delete m.settleAck; delete m.cancel; delete m.drain; delete m.drainAck; delete m.throttle; delete m.dismiss; } m.frame = "welcome"; break;
      case 18: m.grant = read_baton_v1_Grant(r, r.end(end)); if (m.frame !== undefined && m.frame !== "grant") { delete m.welcome; delete m.heartbeatAck; delete m.settleAck; delete m.cancel; delete m.drain; delete m.drainAck; delete m.throttle; delete m.dismiss; } m.frame = "grant"; break;
      case 26: m.heartbeatAck = read_baton_v1_HeartbeatAck(r, r.end(end)); if (m.frame !== undefined && m.frame !== "heartbeatAck") { delete m.welcome; delete m.grant; delete m.settleAck; delete m.cancel; delete m.drain; delete m.drainAck; delete m.throttle; delete m.dismiss; } m.frame = "heartbeatAck"; break;
      case 34: m.settleAck = read_baton_v1_SettleAck(r, r.end(end)); if (m.frame !== undefined && m.frame !== "settleAck") { delete m.welcome; delete m.grant; delete m.heartbeatAck; delete m.cancel; delete m.drain; delete m.drainAck; delete m.throttle; delete m.dismiss; } m.frame = "settleAck"; break;
      case 42: m.cancel = read_baton_v1_Cancel(r, r.end(end)); if (m.frame !== undefined && m.frame !== "cancel") { delete m.welcome; delete m.grant; delete m.heartbeatAck; delete m.settleAck; delete m.drain; delete m.drainAck; delete m.throttle; delete m.dismiss; } m.frame = "cancel"; break;
      case 50: m.drain = read_baton_v1_ServerDrain(r, r.end(end)); if (m.frame !== undefined && m.frame !== "drain") { delete m.welcome; delete m.grant; delete m.heartbeatAck; delete m.settleAck; delete m.cancel; delete m.drainAck; delete m.throttle; delete m.dismiss; } m.frame = "drain"; break;
      case 58: m.drainAck = read_baton_v1_DrainAck(r, r.end(end)); if (m.frame !== undefined && m.frame !== "drainAck") { delete m.welcome; delete m.grant; delete m.heartbeatAck; delete m.settleAck; delete m.cancel; delete m.drain; delete m.throttle; delete m.dismiss; } m.frame = "drainAck"; break;
      case 66: m.throttle = read_baton_v1_Throttle(r, r.end(end)); if (m.frame !== undefined && m.frame !== "throttle") { delete m.welcome; delete m.grant; delete m.heartbeatAck; delete m.settleAck; delete m.cancel; delete m.drain; delete m.drainAck; delete m.dismiss; } m.frame = "throttle"; break;
      case 74: m.dismiss = read_baton_v1_Dismiss(r, r.end(end)); if (m.frame !== undefined && m.frame !== "dismiss") { delete m.welcome; delete m.grant; delete m.heartbeatAck; delete m.settleAck; delete m.cancel; delete m.drain; delete m.drainAck; delete m.throttle; } m.frame = "dismiss"; break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Settle(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.settlements) != null) for (const e of v) { w.uint32(10); const o = w.open(1); write_baton_v1_Settlement(w, e); w.close(o, 1); }
}

function read_baton_v1_Settle(r, end) {
  const m = { settlements: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.settlements.push(read_baton_v1_Settlement(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SettleAck(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.results) != null) for (const e of v) { w.uint32(10); const o = w.open(1); write_baton_v1_SettlementResult(w, e); w.close(o, 1); }
}

function read_baton_v1_SettleAck(r, end) {
  const m = { results: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.results.push(read_baton_v1_SettlementResult(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SettleRequest(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.settlements) != null) for (const e of v) { w.uint32(10); const o = w.open(1); write_baton_v1_Settlement(w, e); w.close(o, 1); }
  if ((v = m.sessionKey) != null) { if (!(v === "")) { w.uint32(18); w.string(textOf(v)); } }
}

function read_baton_v1_SettleRequest(r, end) {
  const m = { settlements: [], sessionKey: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.settlements.push(read_baton_v1_Settlement(r, r.end(end))); break;
      case 18: m.sessionKey = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SettleResponse(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.results) != null) for (const e of v) { w.uint32(10); const o = w.open(1); write_baton_v1_SettlementResult(w, e); w.close(o, 1); }
}

function read_baton_v1_SettleResponse(r, end) {
  const m = { results: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.results.push(read_baton_v1_SettlementResult(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Settlement(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.lease) != null) { w.uint32(10); const o = w.open(1); write_baton_v1_LeaseRef(w, v); w.close(o, 1); }
  if ((v = m.complete) != null) { w.uint32(18); const o = w.open(1); write_baton_v1_Complete(w, v); w.close(o, 1); }
  if ((v = m.fail) != null) { w.uint32(26); const o = w.open(2); write_baton_v1_Fail(w, v); w.close(o, 2); }
  if ((v = m.release) != null) { w.uint32(34); const o = w.open(1); write_baton_v1_Release(w, v); w.close(o, 1); }
  if ((v = m.progress) != null) { w.uint32(42); const o = w.open(2); write_baton_v1_Progress(w, v); w.close(o, 2); }
}

function read_baton_v1_Settlement(r, end) {
  const m = { lease: null, progress: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.lease = read_baton_v1_LeaseRef(r, r.end(end)); break;
      case 18: m.complete = read_baton_v1_Complete(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "complete") { delete m.fail; delete m.release; } m.outcome = "complete"; break;
      case 26: m.fail = read_baton_v1_Fail(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "fail") { delete m.complete; delete m.release; } m.outcome = "fail"; break;
      case 34: m.release = read_baton_v1_Release(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "release") { delete m.complete; delete m.fail; } m.outcome = "release"; break;
      case 42: m.progress = read_baton_v1_Progress(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SettlementResult(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.lease) != null) { w.uint32(10); const o = w.open(1); write_baton_v1_LeaseRef(w, v); w.close(o, 1); }
  if ((v = m.status) != null) { v = typeof v === "string" ? ({"SETTLEMENT_STATUS_UNSPECIFIED":0,"SETTLEMENT_STATUS_OK":1,"SETTLEMENT_STATUS_STALE":2,"SETTLEMENT_STATUS_RETRY":3,"SETTLEMENT_STATUS_REJECTED":4}[v] ?? 0) : v; if (!(v === 0)) { w.uint32(16); w.int32(v); } }
  if ((v = m.reason) != null) { if (!(v === "")) { w.uint32(26); w.string(textOf(v)); } }
}

function read_baton_v1_SettlementResult(r, end) {
  const m = { lease: null, status: "SETTLEMENT_STATUS_UNSPECIFIED", reason: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.lease = read_baton_v1_LeaseRef(r, r.end(end)); break;
      case 16: m.status = named({"0":"SETTLEMENT_STATUS_UNSPECIFIED","1":"SETTLEMENT_STATUS_OK","2":"SETTLEMENT_STATUS_STALE","3":"SETTLEMENT_STATUS_RETRY","4":"SETTLEMENT_STATUS_REJECTED"}, r.int32()); break;
      case 26: m.reason = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitBatchRequest(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.tasks) != null) for (const e of v) { w.uint32(10); const o = w.open(2); write_baton_v1_TaskSpec(w, e); w.close(o, 2); }
}

function read_baton_v1_SubmitBatchRequest(r, end) {
  const m = { tasks: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.tasks.push(read_baton_v1_TaskSpec(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitBatchResponse(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.results) != null) for (const e of v) { w.uint32(10); const o = w.open(2); write_baton_v1_SubmitResult(w, e); w.close(o, 2); }
}

function read_baton_v1_SubmitBatchResponse(r, end) {
  const m = { results: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.results.push(read_baton_v1_SubmitResult(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitItem(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.sequence) != null) { if (!(v == 0)) { w.uint32(8); w.uint64(v); } }
  if ((v = m.task) != null) { w.uint32(18); const o = w.open(2); write_baton_v1_TaskSpec(w, v); w.close(o, 2); }
}

function read_baton_v1_SubmitItem(r, end) {
  const m = { sequence: "0", task: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.sequence = r.uint64(); break;
      case 18: m.task = read_baton_v1_TaskSpec(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitItemResult(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.sequence) != null) { if (!(v == 0)) { w.uint32(8); w.uint64(v); } }
  if ((v = m.receipt) != null) { w.uint32(18); const o = w.open(1); write_baton_v1_SubmitReceipt(w, v); w.close(o, 1); }
  if ((v = m.error) != null) { w.uint32(26); const o = w.open(2); write_google_rpc_Status(w, v); w.close(o, 2); }
}

function read_baton_v1_SubmitItemResult(r, end) {
  const m = { sequence: "0" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.sequence = r.uint64(); break;
      case 18: m.receipt = read_baton_v1_SubmitReceipt(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "receipt") { delete m.error; } m.outcome = "receipt"; break;
      case 26: m.error = read_google_rpc_Status(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "error") { delete m.receipt; } m.outcome = "error"; break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitReceipt(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.taskId) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
  if ((v = m.deduplicated) != null) { if (!(!v)) { w.uint32(16); w.bool(v); } }
}

function read_baton_v1_SubmitReceipt(r, end) {
  const m = { taskId: "", deduplicated: false };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.taskId = r.string(end); break;
      case 16: m.deduplicated = r.bool(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitRequest(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.task) != null) { w.uint32(10); const o = w.open(2); write_baton_v1_TaskSpec(w, v); w.close(o, 2); }
}

function read_baton_v1_SubmitRequest(r, end) {
  const m = { task: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.task = read_baton_v1_TaskSpec(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitResponse(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.receipt) != null) { w.uint32(10); const o = w.open(1); write_baton_v1_SubmitReceipt(w, v); w.close(o, 1); }
}

function read_baton_v1_SubmitResponse(r, end) {
  const m = { receipt: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.receipt = read_baton_v1_SubmitReceipt(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitResult(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.receipt) != null) { w.uint32(10); const o = w.open(1); write_baton_v1_SubmitReceipt(w, v); w.close(o, 1); }
  if ((v = m.error) != null) { w.uint32(18); const o = w.open(2); write_google_rpc_Status(w, v); w.close(o, 2); }
}

function read_baton_v1_SubmitResult(r, end) {
  const m = {  };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.receipt = read_baton_v1_SubmitReceipt(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "receipt") { delete m.error; } m.outcome = "receipt"; break;
      case 18: m.error = read_google_rpc_Status(r, r.end(end)); if (m.outcome !== undefined && m.outcome !== "error") { delete m.receipt; } m.outcome = "error"; break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitStreamRequest(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.items) != null) for (const e of v) { w.uint32(10); const o = w.open(2); write_baton_v1_SubmitItem(w, e); w.close(o, 2); }
}

function read_baton_v1_SubmitStreamRequest(r, end) {
  const m = { items: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.items.push(read_baton_v1_SubmitItem(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_SubmitStreamResponse(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.results) != null) for (const e of v) { w.uint32(10); const o = w.open(1); write_baton_v1_SubmitItemResult(w, e); w.close(o, 1); }
}

function read_baton_v1_SubmitStreamResponse(r, end) {
  const m = { results: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.results.push(read_baton_v1_SubmitItemResult(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Task(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.id) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
  if ((v = m.queue) != null) { if (!(v === "")) { w.uint32(18); w.knownString(textOf(v), known_baton_v1_Task_queue); } }
  if ((v = m.type) != null) { if (!(v === "")) { w.uint32(26); w.knownString(textOf(v), known_baton_v1_Task_type); } }
  if ((v = m.state) != null) { v = typeof v === "string" ? ({"TASK_STATE_UNSPECIFIED":0,"TASK_STATE_SCHEDULED":1,"TASK_STATE_READY":2,"TASK_STATE_LEASED":3,"TASK_STATE_SUCCEEDED":4,"TASK_STATE_DEAD":5,"TASK_STATE_CANCELLED":6,"TASK_STATE_EXPIRED":7}[v] ?? 0) : v; if (!(v === 0)) { w.uint32(32); w.int32(v); } }
  if ((v = m.priority) != null) { if (!(v === 0)) { w.uint32(40); w.uint32(v); } }
  if ((v = m.payload) != null) { if (!(v.length === 0)) { w.uint32(50); w.bytes(v); } }
  if ((v = m.contentType) != null) { if (!(v === "")) { w.uint32(58); w.knownString(textOf(v), known_baton_v1_Task_contentType); } }
  if ((v = m.headers) != null) for (const k of Object.keys(v)) { w.uint32(66); const o = w.open(1); w.uint32(10); w.string(k); w.uint32(18); w.string(textOf(v[k])); w.close(o, 1); }
  if ((v = m.labels) != null) for (const k of Object.keys(v)) { w.uint32(74); const o = w.open(1); w.uint32(10); w.string(k); w.uint32(18); w.string(textOf(v[k])); w.close(o, 1); }
  if ((v = m.requestId) != null) { if (!(v === "")) { w.uint32(82); w.string(textOf(v)); } }
  if ((v = m.attempt) != null) { if (!(v === 0)) { w.uint32(88); w.uint32(v); } }
  if ((v = m.maxAttempts) != null) { if (!(v === 0)) { w.uint32(96); w.uint32(v); } }
  if ((v = m.crashes) != null) { if (!(v === 0)) { w.uint32(104); w.uint32(v); } }
  if ((v = m.deliveries) != null) { if (!(v === 0)) { w.uint32(112); w.uint32(v); } }
  if ((v = m.submitTime) != null) { w.uint32(122); const o = w.open(1); write_google_protobuf_Timestamp(w, v); w.close(o, 1); }
  if ((v = m.dueTime) != null) { w.uint32(130); const o = w.open(1); write_google_protobuf_Timestamp(w, v); w.close(o, 1); }
  if ((v = m.startTime) != null) { w.uint32(138); const o = w.open(1); write_google_protobuf_Timestamp(w, v); w.close(o, 1); }
  if ((v = m.finishTime) != null) { w.uint32(146); const o = w.open(1); write_google_protobuf_Timestamp(w, v); w.close(o, 1); }
  if ((v = m.purgeTime) != null) { w.uint32(154); const o = w.open(1); write_google_protobuf_Timestamp(w, v); w.close(o, 1); }
  if ((v = m.progress) != null) { w.uint32(162); const o = w.open(2); write_baton_v1_Progress(w, v); w.close(o, 2); }
  if ((v = m.result) != null) { w.uint32(170); const o = w.open(1); write_baton_v1_TaskResult(w, v); w.close(o, 1); }
  if ((v = m.lastFailure) != null) { w.uint32(178); const o = w.open(2); write_baton_v1_Failure(w, v); w.close(o, 2); }
  if ((v = m.workerId) != null) { if (!(v === "")) { w.uint32(186); w.string(textOf(v)); } }
  if ((v = m.cancelReason) != null) { if (!(v === "")) { w.uint32(194); w.string(textOf(v)); } }
  if ((v = m.ahead) != null) { { w.uint32(200); w.uint64(v); } }
  if ((v = m.error) != null) { if (!(v === "")) { w.uint32(210); w.string(textOf(v)); } }
  if ((v = m.orderingKey) != null) { if (!(v === "")) { w.uint32(218); w.string(textOf(v)); } }
  if ((v = m.concurrencyKey) != null) { if (!(v === "")) { w.uint32(226); w.string(textOf(v)); } }
  if ((v = m.history) != null) { w.uint32(234); const o = w.open(2); write_baton_v1_AttemptHistory(w, v); w.close(o, 2); }
}

function read_baton_v1_Task(r, end) {
  const m = { id: "", queue: "", type: "", state: "TASK_STATE_UNSPECIFIED", priority: 0, payload: NO_BYTES, contentType: "", headers: {}, labels: {}, requestId: "", attempt: 0, maxAttempts: 0, crashes: 0, deliveries: 0, submitTime: null, dueTime: null, startTime: null, finishTime: null, purgeTime: null, progress: null, result: null, lastFailure: null, workerId: "", cancelReason: "", error: "", orderingKey: "", concurrencyKey: "", history: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.id = r.string(end); break;
      case 18: m.queue = r.knownString(end); break;
      case 26: m.type = r.knownString(end); break;
      case 32: m.state = named({"0":"TASK_STATE_UNSPECIFIED","1":"TASK_STATE_SCHEDULED","2":"TASK_STATE_READY","3":"TASK_STATE_LEASED","4":"TASK_STATE_SUCCEEDED","5":"TASK_STATE_DEAD","6":"TASK_STATE_CANCELLED","7":"TASK_STATE_EXPIRED"}, r.int32()); break;
      case 40: m.priority = r.uint32(); break;
      case 50: m.payload = r.bytes(end); break;
      case 58: m.contentType = r.knownString(end); break;
      case 66: r.entry(m.headers, end); break;
      case 74: r.entry(m.labels, end); break;
      case 82: m.requestId = r.string(end); break;
      case 88: m.attempt = r.uint32(); break;
      case 96: m.maxAttempts = r.uint32(); break;
      case 104: m.crashes = r.uint32(); break;
      case 112: m.deliveries = r.uint32(); break;
      case 122: m.submitTime = read_google_protobuf_Timestamp(r, r.end(end)); break;
      case 130: m.dueTime = read_google_protobuf_Timestamp(r, r.end(end)); break;
      case 138: m.startTime = read_google_protobuf_Timestamp(r, r.end(end)); break;
      case 146: m.finishTime = read_google_protobuf_Timestamp(r, r.end(end)); break;
      case 154: m.purgeTime = read_google_protobuf_Timestamp(r, r.end(end)); break;
      case 162: m.progress = read_baton_v1_Progress(r, r.end(end)); break;
      case 170: m.result = read_baton_v1_TaskResult(r, r.end(end)); break;
      case 178: m.lastFailure = read_baton_v1_Failure(r, r.end(end)); break;
      case 186: m.workerId = r.string(end); break;
      case 194: m.cancelReason = r.string(end); break;
      case 200: m.ahead = r.uint64(); m._ahead = "ahead"; break;
      case 210: m.error = r.string(end); break;
      case 218: m.orderingKey = r.string(end); break;
      case 226: m.concurrencyKey = r.string(end); break;
      case 234: m.history = read_baton_v1_AttemptHistory(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_TaskResult(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.value) != null) { if (!(v.length === 0)) { w.uint32(10); w.bytes(v); } }
  if ((v = m.contentType) != null) { if (!(v === "")) { w.uint32(18); w.knownString(textOf(v), known_baton_v1_TaskResult_contentType); } }
}

function read_baton_v1_TaskResult(r, end) {
  const m = { value: NO_BYTES, contentType: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.value = r.bytes(end); break;
      case 18: m.contentType = r.knownString(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_TaskSpec(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.queue) != null) { if (!(v === "")) { w.uint32(10); w.knownString(textOf(v), known_baton_v1_TaskSpec_queue); } }
  if ((v = m.type) != null) { if (!(v === "")) { w.uint32(18); w.knownString(textOf(v), known_baton_v1_TaskSpec_type); } }
  if ((v = m.payload) != null) { if (!(v.length === 0)) { w.uint32(26); w.bytes(v); } }
  if ((v = m.contentType) != null) { if (!(v === "")) { w.uint32(34); w.knownString(textOf(v), known_baton_v1_TaskSpec_contentType); } }
  if ((v = m.headers) != null) for (const k of Object.keys(v)) { w.uint32(42); const o = w.open(1); w.uint32(10); w.string(k); w.uint32(18); w.string(textOf(v[k])); w.close(o, 1); }
  if ((v = m.labels) != null) for (const k of Object.keys(v)) { w.uint32(50); const o = w.open(1); w.uint32(10); w.string(k); w.uint32(18); w.string(textOf(v[k])); w.close(o, 1); }
  if ((v = m.requestId) != null) { if (!(v === "")) { w.uint32(58); w.string(textOf(v)); } }
  if ((v = m.priority) != null) { { w.uint32(64); w.uint32(v); } }
  if ((v = m.delay) != null) { w.uint32(74); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.runAt) != null) { w.uint32(82); const o = w.open(1); write_google_protobuf_Timestamp(w, v); w.close(o, 1); }
  if ((v = m.startDeadline) != null) { w.uint32(90); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.attemptTimeout) != null) { w.uint32(98); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.retryPolicy) != null) { w.uint32(106); const o = w.open(2); write_baton_v1_RetryPolicy(w, v); w.close(o, 2); }
  if ((v = m.retention) != null) { w.uint32(114); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.deduplicationWindow) != null) { w.uint32(122); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.orderingKey) != null) { if (!(v === "")) { w.uint32(130); w.string(textOf(v)); } }
  if ((v = m.concurrencyKey) != null) { if (!(v === "")) { w.uint32(138); w.string(textOf(v)); } }
}

function read_baton_v1_TaskSpec(r, end) {
  const m = { queue: "", type: "", payload: NO_BYTES, contentType: "", headers: {}, labels: {}, requestId: "", startDeadline: null, attemptTimeout: null, retryPolicy: null, retention: null, deduplicationWindow: null, orderingKey: "", concurrencyKey: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.queue = r.knownString(end); break;
      case 18: m.type = r.knownString(end); break;
      case 26: m.payload = r.bytes(end); break;
      case 34: m.contentType = r.knownString(end); break;
      case 42: r.entry(m.headers, end); break;
      case 50: r.entry(m.labels, end); break;
      case 58: m.requestId = r.string(end); break;
      case 64: m.priority = r.uint32(); m._priority = "priority"; break;
      case 74: m.delay = read_google_protobuf_Duration(r, r.end(end)); if (m.due !== undefined && m.due !== "delay") { delete m.runAt; } m.due = "delay"; break;
      case 82: m.runAt = read_google_protobuf_Timestamp(r, r.end(end)); if (m.due !== undefined && m.due !== "runAt") { delete m.delay; } m.due = "runAt"; break;
      case 90: m.startDeadline = read_google_protobuf_Duration(r, r.end(end)); break;
      case 98: m.attemptTimeout = read_google_protobuf_Duration(r, r.end(end)); break;
      case 106: m.retryPolicy = read_baton_v1_RetryPolicy(r, r.end(end)); break;
      case 114: m.retention = read_google_protobuf_Duration(r, r.end(end)); break;
      case 122: m.deduplicationWindow = read_google_protobuf_Duration(r, r.end(end)); break;
      case 130: m.orderingKey = r.string(end); break;
      case 138: m.concurrencyKey = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Throttle(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.reason) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
  if ((v = m.retryAfter) != null) { w.uint32(18); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
}

function read_baton_v1_Throttle(r, end) {
  const m = { reason: "", retryAfter: null };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.reason = r.string(end); break;
      case 18: m.retryAfter = read_google_protobuf_Duration(r, r.end(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_Welcome(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.sessionKey) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
  if ((v = m.leaseTtl) != null) { w.uint32(18); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.heartbeatInterval) != null) { w.uint32(26); const o = w.open(1); write_google_protobuf_Duration(w, v); w.close(o, 1); }
  if ((v = m.kept) != null) for (const e of v) { w.uint32(34); const o = w.open(1); write_baton_v1_LeaseRef(w, e); w.close(o, 1); }
  if ((v = m.lost) != null) for (const e of v) { w.uint32(42); const o = w.open(1); write_baton_v1_LeaseRef(w, e); w.close(o, 1); }
  if ((v = m.maxMessageBytes) != null) { if (!(v === 0)) { w.uint32(48); w.uint32(v); } }
  if ((v = m.maxPayloadBytes) != null) { if (!(v === 0)) { w.uint32(56); w.uint32(v); } }
}

function read_baton_v1_Welcome(r, end) {
  const m = { sessionKey: "", leaseTtl: null, heartbeatInterval: null, kept: [], lost: [], maxMessageBytes: 0, maxPayloadBytes: 0 };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.sessionKey = r.string(end); break;
      case 18: m.leaseTtl = read_google_protobuf_Duration(r, r.end(end)); break;
      case 26: m.heartbeatInterval = read_google_protobuf_Duration(r, r.end(end)); break;
      case 34: m.kept.push(read_baton_v1_LeaseRef(r, r.end(end))); break;
      case 42: m.lost.push(read_baton_v1_LeaseRef(r, r.end(end))); break;
      case 48: m.maxMessageBytes = r.uint32(); break;
      case 56: m.maxPayloadBytes = r.uint32(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_WorkerDrain(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.reason) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
}

function read_baton_v1_WorkerDrain(r, end) {
  const m = { reason: "" };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.reason = r.string(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_WorkerFrame(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.hello) != null) { w.uint32(10); const o = w.open(2); write_baton_v1_Hello(w, v); w.close(o, 2); }
  if ((v = m.credit) != null) { w.uint32(18); const o = w.open(2); write_baton_v1_Credit(w, v); w.close(o, 2); }
  if ((v = m.heartbeat) != null) { w.uint32(26); const o = w.open(2); write_baton_v1_Heartbeat(w, v); w.close(o, 2); }
  if ((v = m.settle) != null) { w.uint32(34); const o = w.open(2); write_baton_v1_Settle(w, v); w.close(o, 2); }
  if ((v = m.drain) != null) { w.uint32(42); const o = w.open(2); write_baton_v1_WorkerDrain(w, v); w.close(o, 2); }
}

function read_baton_v1_WorkerFrame(r, end) {
  const m = {  };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.hello = read_baton_v1_Hello(r, r.end(end)); if (m.frame !== undefined && m.frame !== "hello") { delete m.credit; delete m.heartbeat; delete m.settle; delete m.drain; } m.frame = "hello"; break;
      case 18: m.credit = read_baton_v1_Credit(r, r.end(end)); if (m.frame !== undefined && m.frame !== "credit") { delete m.hello; delete m.heartbeat; delete m.settle; delete m.drain; } m.frame = "credit"; break;
      case 26: m.heartbeat = read_baton_v1_Heartbeat(r, r.end(end)); if (m.frame !== undefined && m.frame !== "heartbeat") { delete m.hello; delete m.credit; delete m.settle; delete m.drain; } m.frame = "heartbeat"; break;
      case 34: m.settle = read_baton_v1_Settle(r, r.end(end)); if (m.frame !== undefined && m.frame !== "settle") { delete m.hello; delete m.credit; delete m.heartbeat; delete m.drain; } m.frame = "settle"; break;
      case 42: m.drain = read_baton_v1_WorkerDrain(r, r.end(end)); if (m.frame !== undefined && m.frame !== "drain") { delete m.hello; delete m.credit; delete m.heartbeat; delete m.settle; } m.frame = "drain"; break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_baton_v1_WorkerSubscription(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.queue) != null) { if (!(v === "")) { w.uint32(10); w.knownString(textOf(v), known_baton_v1_WorkerSubscription_queue); } }
  if ((v = m.types) != null) for (const e of v) { w.uint32(18); w.string(textOf(e)); }
}

function read_baton_v1_WorkerSubscription(r, end) {
  const m = { queue: "", types: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.queue = r.knownString(end); break;
      case 18: m.types.push(r.string(end)); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_google_protobuf_Any(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.type_url) != null) { if (!(v === "")) { w.uint32(10); w.string(textOf(v)); } }
  if ((v = m.value) != null) { if (!(v.length === 0)) { w.uint32(18); w.bytes(v); } }
}

function read_google_protobuf_Any(r, end) {
  const m = { type_url: "", value: NO_BYTES };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 10: m.type_url = r.string(end); break;
      case 18: m.value = r.bytes(end); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_google_protobuf_Duration(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.seconds) != null) { if (!(v == 0)) { w.uint32(8); w.int64(v); } }
  if ((v = m.nanos) != null) { if (!(v === 0)) { w.uint32(16); w.int32(v); } }
}

function read_google_protobuf_Duration(r, end) {
  const m = { seconds: "0", nanos: 0 };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.seconds = r.int64(); break;
      case 16: m.nanos = r.int32(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_google_protobuf_Timestamp(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.seconds) != null) { if (!(v == 0)) { w.uint32(8); w.int64(v); } }
  if ((v = m.nanos) != null) { if (!(v === 0)) { w.uint32(16); w.int32(v); } }
}

function read_google_protobuf_Timestamp(r, end) {
  const m = { seconds: "0", nanos: 0 };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.seconds = r.int64(); break;
      case 16: m.nanos = r.int32(); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

function write_google_rpc_Status(w, m) {
  if (typeof m !== "object") throw new TypeError("an object was expected");
  let v;
  if ((v = m.code) != null) { if (!(v === 0)) { w.uint32(8); w.int32(v); } }
  if ((v = m.message) != null) { if (!(v === "")) { w.uint32(18); w.string(textOf(v)); } }
  if ((v = m.details) != null) for (const e of v) { w.uint32(26); const o = w.open(2); write_google_protobuf_Any(w, e); w.close(o, 2); }
}

function read_google_rpc_Status(r, end) {
  const m = { code: 0, message: "", details: [] };
  while (r.at < end) {
    const tag = r.uint32();
    switch (tag) {
      case 8: m.code = r.int32(); break;
      case 18: m.message = r.string(end); break;
      case 26: m.details.push(read_google_protobuf_Any(r, r.end(end))); break;
      default: r.skip(tag & 7);
    }
  }
  r.finish(end);
  return m;
}

const writer = new WireWriter();

function named(names, number) {
  return names[number] ?? number;
}

function textOf(value) {
  return typeof value === "string" ? value : String(value);
}

function encoder(write) {
  return (message) => {
    writer.begin();
    write(writer, message);
    return writer.finish();
  };
}

function decoder(read) {
  return (bytes) => read(new WireReader(bytes), bytes.length);
}

/** What writes and reads the messages of the methods that carry tasks, by the methods' paths. */
export const codecs = {
  "/baton.v1.TaskService/Submit": { request: { encode: encoder(write_baton_v1_SubmitRequest), decode: decoder(read_baton_v1_SubmitRequest) }, response: { encode: encoder(write_baton_v1_SubmitResponse), decode: decoder(read_baton_v1_SubmitResponse) } },
  "/baton.v1.TaskService/SubmitBatch": { request: { encode: encoder(write_baton_v1_SubmitBatchRequest), decode: decoder(read_baton_v1_SubmitBatchRequest) }, response: { encode: encoder(write_baton_v1_SubmitBatchResponse), decode: decoder(read_baton_v1_SubmitBatchResponse) } },
  "/baton.v1.TaskService/SubmitStream": { request: { encode: encoder(write_baton_v1_SubmitStreamRequest), decode: decoder(read_baton_v1_SubmitStreamRequest) }, response: { encode: encoder(write_baton_v1_SubmitStreamResponse), decode: decoder(read_baton_v1_SubmitStreamResponse) } },
  "/baton.v1.TaskService/AwaitStream": { request: { encode: encoder(write_baton_v1_AwaitStreamRequest), decode: decoder(read_baton_v1_AwaitStreamRequest) }, response: { encode: encoder(write_baton_v1_AwaitStreamResponse), decode: decoder(read_baton_v1_AwaitStreamResponse) } },
  "/baton.v1.WorkerService/Lease": { request: { encode: encoder(write_baton_v1_WorkerFrame), decode: decoder(read_baton_v1_WorkerFrame) }, response: { encode: encoder(write_baton_v1_ServerFrame), decode: decoder(read_baton_v1_ServerFrame) } },
  "/baton.v1.WorkerService/Settle": { request: { encode: encoder(write_baton_v1_SettleRequest), decode: decoder(read_baton_v1_SettleRequest) }, response: { encode: encoder(write_baton_v1_SettleResponse), decode: decoder(read_baton_v1_SettleResponse) } },
};
