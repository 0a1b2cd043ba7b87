import { z } from 'zod';
import type { ConfinementStatus } from '../../core/confinement-status.ts';
import { facts } from '../json-schema.ts';

const count = z.int().min(0);

/** What `freehold confine status --format json` prints. */
export const confinementStatusSchema: z.ZodType<ConfinementStatus> = z
  .strictObject({
    format: z.literal('freehold.confinement/1'),
    host: facts,
    startedAt: z.iso.datetime().describe('UTC, ISO 8601.'),
    isActive: z.boolean().nullable().describe('Whether AppArmor is at work; null where that can’t be seen.'),
    programs: z.array(
      z.strictObject({
        program: z.string().nullable().describe('A path of the blueprint, or what the profile attaches to.'),
        profile: z.string().nullable(),
        now: z
          .string()
          .nullable()
          .describe('enforce, complain …; none where it isn’t loaded; null where it isn’t known.'),
        atNextBoot: z.string().nullable(),
        wished: z.string().nullable().describe('What the blueprint wishes.'),
        where: z.strictObject({ path: z.string(), line: z.int().min(1).exactOptional() }).nullable(),
        processes: z
          .strictObject({ confined: count, unconfined: count })
          .nullable()
          .describe('Running processes in the profile, and those of its programs that run without any.'),
        listens: z.array(z.string()),
        since: z
          .string()
          .nullable()
          .describe('In complain mode: since when as it is now; else when it was loaded last.'),
        waitsFor: z.array(z.string()).describe('What is missing before it is enforced.'),
      }),
    ),
    unconfined: z
      .array(z.strictObject({ program: z.string(), why: z.array(z.string()), isAllowed: z.boolean() }))
      .describe('Programs that listen on the network, or have rights of their own, without a profile.'),
    unknown: z.array(z.string()).describe('What could not be seen.'),
  })
  .meta({ title: 'Freehold confinement status' });
