/** Where somebody else's answer is another one than the kernel's. */
import type { ByteText } from '../../../src/core/byte-text.ts';
import type { Answer, Answers } from './ask.ts';

/** AA_MAY_* of include/perms.h for the letters x, w, r, a, k, m and l of apparmor.d(5): what a rule can say. */
const LETTERS = 0x1 | 0x2 | 0x4 | 0x8 | 0x8000 | 0x10000 | 0x40000;

/** What somebody says of a path; only what is allowed to the letters is compared. */
export type Said = (question: {
  readonly label: string;
  readonly path: ByteText;
  readonly isOwner: boolean;
}) => Pick<Answer, 'allow'>;

export interface Compared {
  readonly questions: number;
  readonly differences: readonly string[];
}

/** Asks the same of `said`, for each of the labels. */
export function compared(kernel: Answers, labels: readonly string[], said: Said): Compared {
  const differences: string[] = [];
  let questions = 0;
  for (const label of labels) {
    for (const isOwner of [true, false]) {
      const column = kernel.table[`${label} ${isOwner ? 'owner' : 'other'}`] ?? [];
      for (const [row, path] of kernel.paths.entries()) {
        const answer = kernel.answers[column[row] ?? -1];
        if (answer === undefined) throw new Error(`the kernel was not asked about ${label} and ${path}`);
        questions += 1;
        const theirs = said({ label, path, isOwner }).allow & LETTERS;
        const its = answer.allow & LETTERS;
        if (theirs !== its)
          differences.push(
            `${label}, ${isOwner ? 'owner' : 'other'}, ${path}: 0x${theirs.toString(16)}, the kernel says 0x${its.toString(16)}`,
          );
      }
    }
  }
  return { questions, differences };
}
