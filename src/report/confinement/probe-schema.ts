import { z } from 'zod';
import { PROBE_RESULTS, type ProbeReport } from '../../core/probe-report.ts';

const record = z.strictObject({
  verdict: z.string().describe('DENIED, ALLOWED where the profile complains, KILLED.'),
  operation: z.string(),
  denied: z.string().describe('Letters as logged.'),
  pid: z.int().min(0).describe('The process of Freehold that tried it.'),
  at: z.iso.datetime().nullable(),
});

const probe = z.strictObject({
  program: z.string(),
  profile: z.string().nullable().describe('Null where the program has none.'),
  mode: z
    .string()
    .nullable()
    .describe('In which the process was that tried it: enforce, complain, kill; null where none was inside.'),
  file: z
    .string()
    .nullable()
    .describe('What was to be opened for reading; not a byte of it is read. Null where nothing was tried.'),
  result: z
    .enum(PROBE_RESULTS)
    .describe(
      '`denied-and-logged`, or `denied-not-logged-on-purpose` where a rule says deny without audit: only these two are a proof.',
    ),
  summary: z.string().describe('What was seen, or why it isn’t known.'),
  record: record.nullable().describe('What the kernel wrote of it.'),
  rules: z
    .array(z.strictObject({ text: z.string(), path: z.string(), line: z.int().min(1) }))
    .describe('Rules of the source that keep the denial out of the log.'),
});

/** What `freehold confine probe --format json` prints. */
export const probeSchema: z.ZodType<ProbeReport> = z
  .strictObject({
    format: z.literal('freehold.confine-probe/1'),
    tool: z.strictObject({ name: z.literal('freehold'), version: z.string() }),
    host: z.string().describe('The machine.'),
    probes: z.array(probe).readonly(),
  })
  .meta({ title: 'Freehold: whether profiles deny, tried from inside' });
