import type { VexStatement } from '../../../core/advisory.ts';
import type { Vulnerability } from './vulnerability.ts';

const WORDS: Readonly<Record<VexStatement['status'], string>> = {
  'not-affected': 'not affected',
  affected: 'affected',
  fixed: 'fixed',
  'under-investigation': 'under investigation',
};

/** Whether a weakness is none in this package, by what is said of it. */
export function isExcluded({ statement }: Pick<Vulnerability, 'statement'>): boolean {
  return statement?.status === 'not-affected' || statement?.status === 'fixed';
}

/** Why it is none: the status, the justification, and who says so. */
export function exclusionOf({ statement }: Vulnerability): string {
  if (statement === undefined) return '';
  const { status, justification, text, product } = statement;
  const what = `${WORDS[status]}${product === undefined ? '' : ` in ${product}`}`;
  const why = [justification, text].filter((one) => one !== undefined).join(': ');
  return `${what}${why === '' ? '' : ` (${why})`}, says ${nameOf(statement)}`;
}

/** What is to be added to a weakness that stays. */
export function asideOf({ statement, unapplied }: Vulnerability): string {
  if (statement !== undefined) return `; ${WORDS[statement.status]}, says ${nameOf(statement)}`;
  return unapplied === undefined ? '' : `; ${unapplied}`;
}

/** What the supplier says is to be done. */
export function adviceOf({ statement }: Vulnerability): string {
  if (statement?.status !== 'affected' || statement.text === undefined) return '';
  return ` ${nameOf(statement)} says: ${statement.text}`;
}

/** A document by its own name and where it was read. */
export function nameOf({ document, source }: Pick<VexStatement, 'document' | 'source'>): string {
  return document === undefined ? source : `${document} (${source})`;
}
