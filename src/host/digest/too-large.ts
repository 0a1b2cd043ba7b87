import { unreadable } from '../file-failure.ts';
import { DIGEST_LIMIT_BYTES, type Unreadable } from '../host.ts';

/** Why a file has no digest, alike on every host. */
export function tooLarge(path: string): Unreadable {
  return unreadable('too-large', `${path} is larger than ${String(DIGEST_LIMIT_BYTES)} bytes`);
}
