import { z } from 'zod';
import { SEVERITIES } from '../../../core/severity.ts';
import { absolutePath } from '../../../core/absolute-path.ts';
import { pathPattern } from '../../../core/path-pattern.ts';

/** What can be held against a baseline; the type of a path always is. */
export const COMPARED = [
  'content',
  'mode',
  'owner',
  'group',
  'size',
  'target',
  'attributes',
  'capabilities',
  'modified',
] as const;

export type Compared = (typeof COMPARED)[number];

const DEFAULT_TREES = [
  '/bin',
  '/boot',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/opt',
  '/root',
  '/sbin',
  '/usr',
];
/** Written while a machine is at work, and no program of it. */
const DEFAULT_WITHOUT = [
  '/etc/adjtime',
  '/etc/mtab',
  '/etc/resolv.conf',
  '/root/.cache',
  '/root/.*_history',
  '/usr/share/mime/mime.cache',
  '/usr/**/__pycache__',
];
const DEFAULT_SHOWN = 100;
const SHOWN_MAX = 10_000;

/** The `baseline:` part of the section `integrity`. */
export const baselinePolicy = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, dots, dashes and underscores')
    .default('system')
    .describe('What the baseline is called: its file is NAME.jsonl.'),
  store: absolutePath
    .default('/var/lib/freehold/baseline')
    .describe('The folder on the machine that the baseline lies in, with its signature beside it.'),
  trees: z.array(absolutePath).min(1).default(DEFAULT_TREES).describe('Files and folders of which everything counts.'),
  without: z
    .array(pathPattern)
    .default(DEFAULT_WITHOUT)
    .describe(
      'Patterns of paths that don’t count, with all that lies below them: `*` and `?` stay within a name, `**` stands for any number of names.',
    ),
  compare: z
    .array(z.enum(COMPARED))
    .default(COMPARED.filter((one) => one !== 'modified'))
    .describe('What of a path is compared; its type always is.'),
  otherFileSystems: z
    .boolean()
    .default(false)
    .describe('Whether file systems that are mounted below a tree count as well; each can be named as a tree.'),
  paranoid: z
    .boolean()
    .default(false)
    .describe(
      'Whether files are read that look untouched. Whoever is root can set the clock back and make a changed file look so.',
    ),
  notBefore: z.iso
    .datetime()
    .optional()
    .describe(
      'A baseline that was taken earlier doesn’t count, so that an old one with its true signature can’t be put back.',
    ),
  severity: z.enum(SEVERITIES).default('high').describe('How bad a difference is.'),
  shown: z
    .int()
    .min(1)
    .max(SHOWN_MAX)
    .default(DEFAULT_SHOWN)
    .describe('So many differences are findings of their own; one more says how many there are besides.'),
});

export type BaselinePolicy = z.output<typeof baselinePolicy>;
