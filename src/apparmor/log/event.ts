import type { ByteText } from '../../core/byte-text.ts';

/** What the kernel (or a program that enforces by AppArmor) wrote of one access. */
export interface AccessEvent {
  /** `ALLOWED`: complain mode let it pass. `DENIED`: it did not happen. `AUDIT`: allowed, and asked to be written down. */
  readonly verdict: 'ALLOWED' | 'DENIED' | 'AUDIT' | 'KILLED' | 'HINT';
  readonly operation: string;
  /** What `class=` says: `file`, `net`, `cap` …; told from the other fields for kernels that don't write it. */
  readonly class: string;
  /** The profile as its label, `//` before a child, `//null-…` for one that complain mode made up; empty where the record names none. */
  readonly profile: ByteText;
  readonly namespace?: ByteText;
  /** Paths, peers, D-Bus names: what it was about, decoded. `target` is the old name of a link, or the profile that was gone to. */
  readonly name?: ByteText;
  readonly target?: ByteText;
  readonly peer?: ByteText;
  /** Letters as logged: `rwc`, `send`, `create` … */
  readonly requested: string;
  readonly denied: string;
  /** Whether fsuid and ouid are the same; `undefined` where the record doesn't say. */
  readonly isOwner?: boolean;
  /** The name has no place in this file system's tree (`info="Failed name lookup - disconnected path"`). */
  readonly isDisconnected: boolean;
  readonly info?: string;
  readonly errorCode?: number;
  readonly pid?: number;
  readonly comm?: ByteText;
  /** All further fields by their names: `family`, `sock_type`, `capname`, `signal`, `bus`, `fstype` … */
  readonly fields: Readonly<Record<string, ByteText>>;
  /** Milliseconds since 1970; absent where the record has no time. */
  readonly timeMs?: number;
  /** Of audit(1764…:SERIAL). */
  readonly serial?: number;
}
