import type { AdvisoryIndex } from './advisory.ts';

/** What an audit needs besides the machine and the blueprint: what the one who audits knows. */
export interface Surroundings {
  /** The moment of the audit. */
  readonly now: Date;
  /** Opens the advisories when a domain asks for them, once. */
  readonly advisories: () => Promise<Advisories>;
}

export type Advisories =
  | { readonly kind: 'open'; readonly index: AdvisoryIndex }
  /** `reason`: one sentence for a person, `hint` what to do about it. */
  | { readonly kind: 'none'; readonly reason: string; readonly hint: string };

/** For whoever has none: a domain that asks for them says so in its findings. */
export function noAdvisories(): Promise<Advisories> {
  const reason = 'no advisories were given to this audit';
  return Promise.resolve({ kind: 'none', reason, hint: 'Make them with `freehold deps sync`.' });
}
