import type { ByteText } from '../../../core/byte-text.ts';
import type { FileCapabilities } from './capabilities.ts';

export interface PrivilegedFile {
  readonly path: ByteText;
  readonly mode: number;
  /** By name, or by number where it has none. */
  readonly owner: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
  /** `undefined` where it has none; `unclear` where it has some that can't be read. */
  readonly capabilities?: FileCapabilities | 'unclear';
  /** Its file system is mounted so that none of this has an effect (mount(8), nosuid). */
  readonly isOnNosuid: boolean;
  /** Only root can put something else in its place: no folder above it is anybody else's, or can be written to by others. */
  readonly isPlaceOfRoot: boolean;
}

export type PrivilegedState =
  | { readonly kind: 'failed'; readonly reason: string }
  | {
      readonly kind: 'looked';
      readonly files: readonly PrivilegedFile[];
      /** What could not be looked at, one sentence each. */
      readonly problems: readonly string[];
      /** File systems of other machines and of the kernel itself, which were passed over. */
      readonly passedOver: readonly string[];
    };
