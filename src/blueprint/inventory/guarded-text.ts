import type { SourcePosition } from '../../core/diagnostic.ts';
import { SourceText } from '../source-text.ts';

/** Words in whose company secrets stand: `ansible_password`, `vault_token`. */
const SECRET = /pass|secret|token|private_key_content|credential/i;

/** Whether a line may hold a secret, so that no message may show it. */
export function mayHoldSecret(line: string): boolean {
  return SECRET.test(line);
}

/** A text whose lines are shown in messages, but for those that may hold a secret. */
export class GuardedText extends SourceText {
  override position(offset: number): SourcePosition {
    const { excerpt, ...place } = super.position(offset);
    return excerpt === undefined || this.#isSecret(offset) ? place : { ...place, excerpt };
  }

  /** The whole line is looked at: what a message shows of it may be cut. */
  #isSecret(offset: number): boolean {
    const start = this.text.lastIndexOf('\n', offset - 1) + 1;
    const end = this.text.indexOf('\n', offset);
    return mayHoldSecret(this.text.slice(start, end === -1 ? undefined : end));
  }
}
