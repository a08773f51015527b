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
   * The `page_token` of the next page. Empty: this page was the last.
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
   * The `page_token` of the next page. Empty: this page was the last.
   */
  'nextPageToken': (string);
}
