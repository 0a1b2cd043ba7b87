import type { z } from 'zod';
import type { Host } from '../host/host.ts';
import type { Finding, Reference } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

/** One domain: how it is wished for, how it is looked at, how the two are compared. */
export interface Control<Policy, State> {
  /** The folder's name and the blueprint's section: `kernel`. */
  readonly id: string;
  readonly title: string;
  /** The schema of its section; every field documented with `.describe()` or `.meta()`, for editors and docs. */
  readonly policy: z.ZodType<Policy>;
  /** Reads what the policy needs to be judged; the only part with I/O. */
  observe(host: Host, policy: Policy, surroundings: Surroundings): Promise<State>;
  /** Asks everything that any policy could need, secrets aside, so that a recording answers policies written later. */
  observeAll(host: Host): Promise<void>;
  /** Compares; pure: no I/O, no clock, no randomness. A promise where its code is loaded only when there is something to compare. */
  judge(state: State, policy: Policy): Finding[] | Promise<Finding[]>;
  /** Teaches one key or finding id of this domain; `undefined` when it isn't one of ours. */
  explain(topic: string): Explanation | undefined;
  /** Every topic {@link explain} knows, sorted. */
  topics(): readonly string[];
}

/** A control whose policy and state are its own business; each gives its `judge` what its `observe` returned. */
export type AnyControl = Control<unknown, unknown>;

/** What `freehold explain` prints. */
export interface Explanation {
  readonly topic: string;
  readonly title: string;
  readonly what: string;
  readonly why: string;
  readonly mayBreak?: string;
  /** Commands a person can type to look for themselves. */
  readonly checkByHand: readonly string[];
  /** Where published sources ask for different values. */
  readonly disagreement?: string;
  readonly references: readonly Reference[];
}
