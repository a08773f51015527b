// Original file: baton/v1/operation_service.proto

/**
 * What is done to every task.
 */
export const OperationKind = {
  /**
   * Not a kind; refused.
   */
  OPERATION_KIND_UNSPECIFIED: 'OPERATION_KIND_UNSPECIFIED',
  /**
   * As `TaskService.Redrive`: DEAD tasks are READY again, with all their
   * attempts.
   */
  OPERATION_KIND_REDRIVE: 'OPERATION_KIND_REDRIVE',
  /**
   * As `TaskService.Cancel`: SCHEDULED and READY tasks, and LEASED ones if the
   * filter names that state or they are named themselves.
   */
  OPERATION_KIND_CANCEL: 'OPERATION_KIND_CANCEL',
  /**
   * As `TaskService.Delete`: tasks that are final.
   */
  OPERATION_KIND_DELETE: 'OPERATION_KIND_DELETE',
  /**
   * As `TaskService.RunNow`: SCHEDULED tasks are READY before their time.
   */
  OPERATION_KIND_RUN_NOW: 'OPERATION_KIND_RUN_NOW',
} as const;

/**
 * What is done to every task.
 */
export type OperationKind =
  /**
   * Not a kind; refused.
   */
  | 'OPERATION_KIND_UNSPECIFIED'
  | 0
  /**
   * As `TaskService.Redrive`: DEAD tasks are READY again, with all their
   * attempts.
   */
  | 'OPERATION_KIND_REDRIVE'
  | 1
  /**
   * As `TaskService.Cancel`: SCHEDULED and READY tasks, and LEASED ones if the
   * filter names that state or they are named themselves.
   */
  | 'OPERATION_KIND_CANCEL'
  | 2
  /**
   * As `TaskService.Delete`: tasks that are final.
   */
  | 'OPERATION_KIND_DELETE'
  | 3
  /**
   * As `TaskService.RunNow`: SCHEDULED tasks are READY before their time.
   */
  | 'OPERATION_KIND_RUN_NOW'
  | 4

/**
 * What is done to every task.
 */
export type OperationKind__Output = typeof OperationKind[keyof typeof OperationKind]
