import { z } from 'zod';
import { pathPattern } from '../../../core/path-pattern.ts';
import { CAPABILITIES } from './capabilities.ts';

const capability = z.enum(CAPABILITIES);

const allowed = z
  .strictObject({
    path: pathPattern.describe(
      'The file, or a pattern of files: `*` and `?` stay within a name, `**` stands for any names.',
    ),
    owner: z.string().min(1).optional().describe('It may run with the rights of this user (setuid).'),
    group: z.string().min(1).optional().describe('It may run with the rights of this group (setgid).'),
    capabilities: z.array(capability).min(1).optional().describe('It may have these file capabilities.'),
    why: z.string().optional().describe('What for, and who says so; shown in reports.'),
  })
  .refine(({ owner, group, capabilities }) => (owner ?? group ?? capabilities) !== undefined, {
    message: 'must say an owner, a group or capabilities',
  });

/** The `privileged:` part of the section `integrity`. */
export const privilegedPolicy = z.strictObject({
  allowed: z.array(allowed).default([]).describe('Files that may run with more rights than those of who starts them.'),
  without: z
    .array(pathPattern)
    .default([])
    .describe(
      'Patterns of paths that are not looked at, with all that lies below them: what belongs to containers, chroots.',
    ),
  strip: z
    .boolean()
    .default(false)
    .describe('Whether `freehold apply` takes these rights from files that are not allowed to have them.'),
});

export type PrivilegedPolicy = z.output<typeof privilegedPolicy>;
export type Allowed = PrivilegedPolicy['allowed'][number];
