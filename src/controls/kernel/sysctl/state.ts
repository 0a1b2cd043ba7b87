import type { ConfDirectoriesState } from '../conf-directory/state.ts';

/** What was seen of a machine's sysctls: plain data, so that a recorded state judges as a live one. */
export interface SysctlState extends ConfDirectoriesState {
  readonly loader: Loader;
  /** By path below /proc/sys. */
  readonly values: Readonly<Record<string, SysctlValue>>;
  /** Names below conf/, without `all` and `default`. */
  readonly interfaces: { readonly ipv4: readonly string[]; readonly ipv6: readonly string[] };
}

/** Who sets sysctls at boot: systemd-sysctl's rules are known, other programs' are not. */
export type Loader =
  { readonly kind: 'systemd-sysctl' } | { readonly kind: 'none' | 'container'; readonly reason: string };

export type SysctlValue =
  | { readonly kind: 'value'; readonly text: string }
  /** The machine doesn't run: there is no value now, and only the next boot can be judged. */
  | { readonly kind: 'not-running' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string };
