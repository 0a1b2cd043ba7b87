import type { ScopedStatement, VexStatus } from '../../../core/advisory.ts';
import { nameOf } from '../judgement/statement-text.ts';

/** From what calms least on. */
const CAREFUL: Readonly<Record<VexStatus, number>> = {
  affected: 0,
  'under-investigation': 1,
  fixed: 2,
  'not-affected': 3,
};

/** The newest statement comes first; of several of one moment, the one that calms least. */
export function byTimeAndCare(a: ScopedStatement, b: ScopedStatement): number {
  const [at, other] = [a.timestamp ?? '', b.timestamp ?? ''];
  if (at !== other) return at > other ? -1 : 1;
  return CAREFUL[a.status] - CAREFUL[b.status] || (nameOf(a) < nameOf(b) ? -1 : 1);
}
