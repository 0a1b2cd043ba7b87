import type { ByteText } from '../../../core/byte-text.ts';
import type { FilePermission } from '../../access.ts';
import type { ProfileMode } from '../profile.ts';

export type Ownership = 'owner' | 'other';

/** One thing that policy A grants and policy B does not, with the shortest example. */
export type Grant =
  | { readonly kind: 'file'; readonly permission: FilePermission; readonly of: Ownership; readonly path: ByteText }
  /** Both let it be executed, and it goes on in different ways. */
  | {
      readonly kind: 'transition';
      readonly of: Ownership;
      readonly path: ByteText;
      readonly a: ByteText;
      readonly b: ByteText;
    }
  | { readonly kind: 'link'; readonly of: Ownership; readonly path: ByteText; readonly target: ByteText }
  | {
      readonly kind: 'change-profile';
      readonly target: ByteText;
      readonly exec?: ByteText;
      /** Both let it, and A keeps the environment that B cleans. */
      readonly isUnsafe?: true;
    }
  | { readonly kind: 'capability'; readonly capability: string }
  | { readonly kind: 'network'; readonly family: string; readonly types: readonly string[] }
  /** Of a class: the text that the kernel would match, and for people what it means. */
  | {
      readonly kind: 'class';
      readonly class: string;
      readonly permission: string;
      readonly text: ByteText;
      readonly meaning: ByteText;
    }
  /** A was compiled without rules of this class, so that the kernel lets all of it pass. */
  | { readonly kind: 'unmediated'; readonly class: string }
  | { readonly kind: 'mode'; readonly a: ProfileMode; readonly b: ProfileMode }
  | { readonly kind: 'flag'; readonly flag: string; readonly isSetIn: 'a' | 'b' }
  | { readonly kind: 'rlimit'; readonly resource: string; readonly a?: string; readonly b: string }
  /** Programs that B confines and A doesn't. */
  | { readonly kind: 'unattached'; readonly path: ByteText }
  | { readonly kind: 'missing-profile' }
  | { readonly kind: 'unknown'; readonly what: string; readonly reason: string };

export interface ProfileGrant {
  /** As it is called in B; in A where B has it not. */
  readonly profile: ByteText;
  readonly grant: Grant;
}
