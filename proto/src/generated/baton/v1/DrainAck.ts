// Original file: baton/v1/worker_service.proto


/**
 * Answers WorkerDrain. No Grant follows.
 */
export interface DrainAck {
}

/**
 * Answers WorkerDrain. No Grant follows.
 */
export interface DrainAck__Output {
}
