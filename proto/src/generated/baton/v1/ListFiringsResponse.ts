// Original file: baton/v1/schedule_service.proto

import type { Firing as _baton_v1_Firing, Firing__Output as _baton_v1_Firing__Output } from '../../baton/v1/Firing.ts';

/**
 * Answers `ListFirings`.
 */
export interface ListFiringsResponse {
  /**
   * The firings.
   */
  'firings'?: (_baton_v1_Firing)[];
  /**
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken'?: (string);
}

/**
 * Answers `ListFirings`.
 */
export interface ListFiringsResponse__Output {
  /**
   * The firings.
   */
  'firings': (_baton_v1_Firing__Output)[];
  /**
   * What to ask for the next page with. Empty: this was the last.
   */
  'nextPageToken': (string);
}
