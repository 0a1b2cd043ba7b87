import { z } from 'zod';

const rule = z.strictObject({ text: z.string(), path: z.string(), line: z.int().min(1) });

const answer = z.strictObject({
  permission: z.string().describe('A letter of apparmor.d(5) for files; else the class and what was asked of it.'),
  of: z.enum(['owner', 'other']).exactOptional().describe('Of files: whose file it is.'),
  verdict: z.enum(['allowed', 'denied', 'unknown']),
  isLogged: z.boolean(),
  exec: z.string().exactOptional().describe('How execution goes on, as a rule writes it.'),
  note: z.string().exactOptional().describe('Why, where no rule is the reason.'),
  rules: z.array(rule).describe('Rules of the source that speak about it.'),
});

/** What `freehold confine can --format json` prints. */
export const canSchema: z.ZodType = z
  .strictObject({
    format: z.literal('freehold.confine-can/1'),
    profile: z.string(),
    mode: z.string().describe('enforce, complain, kill, unconfined, prompt.'),
    how: z.string().describe('What the policy was compiled with.'),
    answers: z.array(answer),
  })
  .meta({ title: 'Freehold: what a profile lets be done' });
