import { z } from 'zod';

const count = z.int().min(0);

const group = z.strictObject({
  verdict: z.enum(['denied', 'unknown']),
  profile: z.string(),
  namespace: z.string().describe('Of policy, where it is not the root’s: what is there is not known.').exactOptional(),
  class: z.string(),
  operation: z.string(),
  subject: z.string().describe('What it was about: a path, a capability, a peer.'),
  permissions: z.array(z.string()).describe('What is not allowed.'),
  reason: z.string().exactOptional(),
  isQuiet: z.boolean().describe('The denial would not be logged.'),
  count,
});

/** What `freehold confine replay --format json` prints. */
export const replaySchema: z.ZodType = z
  .strictObject({
    format: z.literal('freehold.confine-replay/1'),
    policy: z.strictObject({ path: z.string(), how: z.string().describe('What it was compiled with.') }),
    counts: z.strictObject({ events: count, allowed: count, denied: count, unknown: count }),
    groups: z.array(group).describe('What is not allowed: most often recorded first.'),
  })
  .meta({ title: 'Freehold: what recorded accesses a policy would deny' });
