import type { Trust } from '../signatures/trust.ts';
import type { DigestReader } from './digests.ts';

/** What files and lists are judged by. */
export interface VerifyOptions {
  readonly reader: DigestReader;
  readonly trust: Trust;
  /** The moment that expiry is judged at. */
  readonly at: Date;
  /** Judged by this signature instead of what lies beside the file; with `checksums` it signs the list. */
  readonly signature?: string;
  /** Judged by this list instead of what lies beside the file. */
  readonly checksums?: string;
}
