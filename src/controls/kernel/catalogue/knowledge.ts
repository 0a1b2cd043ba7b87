import type { Reference } from '../../../core/finding.ts';
import type { Severity } from '../../../core/severity.ts';

/** What is known of one kernel setting, from the catalogue files beside this one. */
export interface Knowledge {
  /** `IPv4 forwarding`. */
  readonly title: string;
  readonly severity: Severity;
  readonly what: string;
  readonly why: string;
  readonly mayBreak?: string;
  readonly checkByHand: readonly string[];
  readonly references: readonly Reference[];
  /** Where the sources ask for different values, and what to make of it. */
  readonly disagreement?: string;
  /** The kernel option without which the setting doesn't exist: `CONFIG_SECURITY_YAMA`. */
  readonly requiresConfig?: string;
  /** The release that brought a setting which older kernels take without a word and ignore: `6.7`. */
  readonly sinceLinux?: string;
}

export interface SysctlKnowledge extends Knowledge {
  /** Which values are stronger than others; where that isn't known, only the wish itself passes. */
  readonly order: SysctlOrder;
  /** Values that can't be changed again before a reboot, and why. */
  readonly writeOnce?: { readonly values: readonly string[]; readonly reason: string };
  /** The module whose loading makes the key appear: `nf_conntrack`. */
  readonly requiresModule?: string;
  /** Whether each network namespace has its own. */
  readonly isPerNetworkNamespace: boolean;
  /** For settings below conf/<interface>: how conf/all and the interface's own value make the one that counts. */
  readonly interfaceRule?: InterfaceRule;
}

/**
 * `max`, `min`, `or`, `and`: both values combined; `and-if-forwarding-else-or`: accept_redirects; `interface`: the interface's own
 * value alone; `propagates`: likewise, but writing conf/all writes every interface.
 */
export type InterfaceRule = 'max' | 'min' | 'or' | 'and' | 'and-if-forwarding-else-or' | 'interface' | 'propagates';

export type SysctlOrder =
  | { readonly kind: 'none' }
  | { readonly kind: 'increasing' }
  | { readonly kind: 'decreasing' }
  | { readonly kind: 'ranks'; readonly ranks: readonly (readonly string[])[] };
