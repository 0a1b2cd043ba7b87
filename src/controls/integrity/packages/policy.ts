import { z } from 'zod';
import { pathPattern } from '../../../core/path-pattern.ts';

/** The `packages:` part of the section `integrity`. */
export const packagesPolicy = z.strictObject({
  allowed: z
    .array(pathPattern)
    .default([])
    .describe(
      'Files that may differ from what their packages shipped, as patterns: `*` and `?` stay within a name, `**` stands for any names.',
    ),
  conffiles: z
    .enum(['may-differ', 'as-shipped'])
    .default('may-differ')
    .describe(
      'Whether configuration files must be as they were shipped. They are there to be changed, so by default those that differ are only named.',
    ),
});

export type PackagesPolicy = z.output<typeof packagesPolicy>;
