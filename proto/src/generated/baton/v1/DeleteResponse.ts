// Original file: baton/v1/task_service.proto


/**
 * Answers `Delete`: the task is gone.
 */
export interface DeleteResponse {
}

/**
 * Answers `Delete`: the task is gone.
 */
export interface DeleteResponse__Output {
}
