// Original file: baton/v1/worker_service.proto


/**
 * Answers WorkerDrain: no Grant follows.
 */
export interface DrainAck {
}

/**
 * Answers WorkerDrain: no Grant follows.
 */
export interface DrainAck__Output {
}
