import { z } from 'zod';

const count = z.int().min(0);

const rule = z.strictObject({
  group: z.string(),
  text: z.string().describe('As it is written, with its comma.'),
  evidence: z.strictObject({
    runs: count,
    ofRuns: count,
    total: count.describe('Events.'),
    names: count.describe('Distinct names.'),
    firstMs: z.number().exactOptional().describe('Milliseconds since 1970.'),
  }),
  widening: z.enum(['none', 'place', 'shape', 'folder', 'tree']).describe('How far beyond what was seen it goes.'),
  file: z.strictObject({ pattern: z.string(), permissions: z.array(z.string()), isOwner: z.boolean() }).exactOptional(),
  reason: z.string().exactOptional(),
});

const block = z.strictObject({
  profile: z.string(),
  newFor: z.string().exactOptional().describe('The program of a child profile that is new.'),
  rules: z.array(rule),
});

const decision = z.strictObject({
  kind: z.enum(['exec', 'sensitive', 'disconnected']),
  label: z.string(),
  what: z.string(),
  reason: z.string(),
  yes: z.string().describe('What to type, or to write, for a yes.'),
  total: count,
});

const heldOut = z
  .strictObject({
    run: z.string(),
    events: count,
    denied: count,
    open: count.describe('Of the denied ones, those that no further run would mend.'),
    examples: z.array(z.string()),
  })
  .describe('Learned without one run and judged by it.');

const sensitive = z.strictObject({
  id: z.string(),
  title: z.string(),
  rule: z.string(),
  line: z.string().exactOptional(),
  example: z.string().exactOptional(),
});

const unused = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unknown'), reason: z.string() }),
  z.strictObject({
    kind: z.literal('known'),
    rules: z.array(z.strictObject({ line: z.int().min(1), text: z.string() })),
  }),
]);

/** What `freehold confine learn --format json` prints. */
export const learnSchema: z.ZodType = z
  .strictObject({
    format: z.literal('freehold.confine-learn/1'),
    profile: z.string(),
    events: count,
    otherEvents: count.describe('Of other profiles in the same logs.'),
    runs: z.array(z.string()),
    ruleCount: count,
    notes: z.array(z.string()),
    blocks: z.array(block),
    decisions: z.array(decision).describe('What a person has to say.'),
    uncovered: z
      .array(z.strictObject({ label: z.string(), what: z.string(), reason: z.string(), total: count }))
      .describe('What was seen and has no rule.'),
    refused: z.array(z.strictObject({ pattern: z.string(), names: count, sensitive: z.string() })),
    sensitive: z.array(sensitive).describe('Sensitive paths that the profile allows.'),
    heldOut: z.array(heldOut),
    unused: unused.describe('Rules that no event needed.'),
  })
  .meta({ title: 'Freehold: a learned profile' });
