import { z } from 'zod';
import { identifierOf } from './identifier.ts';

/** The longest published document has some thousand statements. */
export const STATEMENTS_LIMIT = 100_000;
/** So many names, products or parts of one has no published statement. */
export const LIST_LIMIT = 10_000;
const NAME_LIMIT_CHARACTERS = 1000;
const IDENTIFIER_LIMIT_CHARACTERS = 4096;
/** The longest text shown in a line of a report. */
const SHOWN_LIMIT_CHARACTERS = 500;
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A name of a weakness, a version or a word: nothing in it may steer a terminal. */
export const name = z
  .string()
  .min(1)
  .max(NAME_LIMIT_CHARACTERS)
  .refine((text) => !STEERING.test(text), 'must not have control characters');

/** Its canonical form; what claims to be a package URL must be one. */
export const identifier = z
  .string()
  .min(1)
  .max(IDENTIFIER_LIMIT_CHARACTERS)
  .transform((text, context) => {
    const canonical = STEERING.test(text) ? undefined : identifierOf(text)?.text;
    if (canonical !== undefined) return canonical;
    context.addIssue({ code: 'custom', message: 'is neither a package URL nor another identifier' });
    return z.NEVER;
  });

/** RFC 3339, in UTC. */
export const timestamp = z.iso.datetime({ offset: true }).transform((text, context) => {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  context.addIssue({ code: 'custom', message: 'is no moment' });
  return z.NEVER;
});

/** What a person reads: one line that fits, without anything that would steer a terminal. */
export function oneLine(text: string | null | undefined): string | undefined {
  // What is cut off is not looked through.
  const line = (text ?? '')
    .slice(0, SHOWN_LIMIT_CHARACTERS * 2)
    .replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  if (line === '') return undefined;
  return line.length <= SHOWN_LIMIT_CHARACTERS ? line : `${line.slice(0, SHOWN_LIMIT_CHARACTERS - 1).trimEnd()}…`;
}

/** One sentence that says where something breaks its format. */
export function firstProblem({ issues }: z.ZodError): string {
  const [issue] = issues;
  const place = issue?.path.map(String).join('.') ?? '';
  const what = issue?.message ?? 'it is no such record';
  return place === '' ? what : `${place}: ${what}`;
}
