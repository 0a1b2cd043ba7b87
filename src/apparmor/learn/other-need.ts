import type { ByteText } from '../../core/byte-text.ts';
import type { Fact } from './fact.ts';
import type { RuleGroup } from './rule-text.ts';

/** A rule of another class than files, with what it is for. */
export interface OtherNeed {
  readonly group: RuleGroup;
  readonly text: ByteText;
  readonly facts: readonly Fact[];
}
