import { z } from 'zod';
import type { AccessLogReport } from '../../core/access-log-report.ts';

const count = z.int().min(0);
const line = { source: z.string(), line: count, text: z.string() };
const doubtful = z
  .strictObject(line)
  .meta({ id: 'Line', description: 'A line of a log, and what is the matter with it.' });

const source = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('read'),
    name: z.string(),
    bytes: count,
    records: count.describe('Records of AppArmor in it that no source before it has.'),
    incomplete: z.string().exactOptional().describe('Why it is not all that there is.'),
  }),
  z.strictObject({ kind: z.literal('not-read'), name: z.string(), reason: z.string() }),
]);

const group = z
  .strictObject({
    profile: z.string().describe('Empty where the record names none.'),
    namespace: z.string().exactOptional(),
    verdict: z.enum(['ALLOWED', 'DENIED', 'AUDIT', 'KILLED', 'HINT']),
    class: z.string(),
    operation: z.string(),
    requested: z.string().describe('Letters or words as logged: rwc, send.'),
    object: z
      .string()
      .describe(
        'What it was done to. Bytes that are no text stand there as \\xff, line ends and their like as \\u{a}, a backslash twice.',
      ),
    info: z.string().exactOptional(),
    count,
    firstAt: z.iso.datetime().exactOptional(),
    lastAt: z.iso.datetime().exactOptional(),
  })
  .meta({ id: 'Group', description: 'Events that differ in nothing but time and process.' });

/** What `freehold confine log --format json` prints. */
export const accessLogSchema: z.ZodType<AccessLogReport> = z
  .strictObject({
    format: z.literal('freehold.access-log/1'),
    tool: z.strictObject({ name: z.literal('freehold'), version: z.string() }),
    host: z.string().exactOptional(),
    sources: z.array(source),
    counts: z.strictObject({
      lines: count,
      events: count,
      statuses: count,
      duplicates: count,
      forgeable: count,
      outside: count,
      undated: count,
      lostLines: count,
      unreadableLines: count,
      impostorLines: count,
      ungrouped: count,
    }),
    lost: z.strictObject({
      atLeast: count,
      sinceStart: count.nullable(),
      unknown: z.string().exactOptional(),
      lines: z.array(z.strictObject({ ...line, cause: z.string() })),
    }),
    unreadable: z.array(doubtful),
    impostors: z.array(doubtful),
    groups: z.array(group),
    leftOut: count,
  })
  .meta({ title: 'Freehold access log' });
