import { z } from 'zod';
import type { LintReport } from '../../core/lint-report.ts';
import { SEVERITIES } from '../../core/severity.ts';
import { reference } from '../json-schema.ts';

const position = {
  path: z.string(),
  column: z.int().min(1).exactOptional(),
  excerpt: z.string().exactOptional(),
};

const finding = z.strictObject({
  id: z.string().describe('A topic of `freehold explain`.'),
  severity: z.enum(SEVERITIES),
  profile: z.string(),
  where: z.strictObject({ ...position, line: z.int().min(1) }),
  includedFrom: z
    .array(z.strictObject({ ...position, line: z.int().min(1).exactOptional() }))
    .describe('The include lines through which it came there, the outermost first.'),
  subject: z.string().describe('The rule, or the head of the profile.'),
  what: z.string(),
  why: z.string(),
  safer: z.string(),
  references: z.array(reference),
  waived: z.string().exactOptional().describe('Why somebody accepts it; absent where nobody does.'),
});

/** What `freehold confine lint --format json` prints. */
export const lintSchema: z.ZodType<LintReport> = z
  .strictObject({
    format: z.literal('freehold.lint/1'),
    tool: z.strictObject({ name: z.literal('freehold'), version: z.string() }),
    files: z.array(z.string()),
    profiles: z.int().min(0),
    findings: z.array(finding),
  })
  .meta({ title: 'Freehold lint of AppArmor profiles' });
