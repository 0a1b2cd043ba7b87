import type { ByteText } from '../../core/byte-text.ts';

/** What may be asked about all that is no file. Names are those of apparmor.d(5). */
export type ClassQuestion =
  | { readonly kind: 'capability'; readonly capability: string }
  | NetworkQuestion
  | UnixQuestion
  | SignalQuestion
  | PtraceQuestion
  | DbusQuestion
  | MountQuestion
  | { readonly kind: 'umount'; readonly mountPoint: ByteText }
  | { readonly kind: 'pivot-root'; readonly newRoot: ByteText; readonly oldRoot: ByteText }
  | ChangeProfileQuestion
  | { readonly kind: 'user-namespace' };

export interface NetworkQuestion {
  readonly kind: 'network';
  readonly family: string;
  readonly type: string;
  /** A number of netinet/in.h; 0 is what most programs ask for. */
  readonly protocol?: number;
  readonly permissions: readonly string[];
}

export interface UnixQuestion {
  readonly kind: 'unix';
  readonly type: string;
  readonly permissions: readonly string[];
  /** Of its own end: `@name` for an abstract one; absent for none. */
  readonly address?: ByteText;
  /** Of the other end, where the permission is about both. */
  readonly peerAddress?: ByteText;
  readonly peerLabel?: ByteText;
}

export interface SignalQuestion {
  readonly kind: 'signal';
  readonly signal: string;
  readonly permissions: readonly string[];
  readonly peer: ByteText;
}

export interface PtraceQuestion {
  readonly kind: 'ptrace';
  readonly permissions: readonly string[];
  readonly peer: ByteText;
}

export interface DbusQuestion {
  readonly kind: 'dbus';
  readonly permissions: readonly string[];
  readonly bus: ByteText;
  readonly name?: ByteText;
  readonly peerLabel?: ByteText;
  readonly path?: ByteText;
  readonly interface?: ByteText;
  readonly member?: ByteText;
}

export interface MountQuestion {
  readonly kind: 'mount';
  readonly mountPoint: ByteText;
  readonly source?: ByteText;
  readonly fileSystem?: ByteText;
  readonly flags: readonly string[];
  readonly data?: ByteText;
}

export interface ChangeProfileQuestion {
  readonly kind: 'change-profile';
  readonly target: ByteText;
  /** With the next execution of this program, not at once. */
  readonly exec?: ByteText;
}
