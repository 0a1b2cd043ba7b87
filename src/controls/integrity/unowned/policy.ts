import { z } from 'zod';
import { absolutePath } from '../../../core/absolute-path.ts';
import { pathPattern } from '../../../core/path-pattern.ts';

/**
 * Where programs and libraries lie that everybody runs (hier(7)), and where what starts by itself lies. /usr/local and /opt are the
 * administrator's own (Filesystem Hierarchy Standard 3.0, 4.9 and 3.13), and so is most of /etc.
 */
const DEFAULT_PATHS = [
  '/bin',
  '/etc/cron.d',
  '/etc/cron.daily',
  '/etc/cron.hourly',
  '/etc/cron.monthly',
  '/etc/cron.weekly',
  '/etc/init.d',
  '/etc/ld.so.conf.d',
  '/etc/profile.d',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/sbin',
  '/usr/bin',
  '/usr/games',
  '/usr/lib',
  '/usr/lib32',
  '/usr/lib64',
  '/usr/libexec',
  '/usr/libx32',
  '/usr/sbin',
];

/** The `unowned:` part of the section `integrity`. */
export const unownedPolicy = z.strictObject({
  paths: z.array(absolutePath).default(DEFAULT_PATHS).describe('Folders in which every file should be of a package.'),
  allowed: z
    .array(pathPattern)
    .default([])
    .describe(
      'Files that no package owns and that may be there, as patterns: `*` and `?` stay within a name, `**` stands for any names.',
    ),
});

export type UnownedPolicy = z.output<typeof unownedPolicy>;
