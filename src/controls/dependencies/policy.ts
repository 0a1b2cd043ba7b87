import { z } from 'zod';
import { SEVERITIES } from '../../core/severity.ts';

const absolutePath = z.string().regex(/^\/[^\p{Cc}]*$/u, 'must be an absolute path');

/** A path or an address; it is shown in every report, so nobody's password may be in it. */
const source = z
  .string()
  .regex(
    /^(?![A-Za-z]+:[/\\]*[^/\\?#]*@)[^\u0000-\u001f\u007f-\u009f]+$/,
    'must be a path or an address, without a user, a password and control characters',
  );
/** What a VEX document calls a product. */
const product = z
  .string()
  .regex(
    /^(?:pkg:[A-Za-z][A-Za-z0-9.+-]*\/|urn:|https?:)[^\u0000-\u0020\u007f-\u009f]+$/,
    'must be a package URL (pkg:type/name), a URN or an address',
  );

const DEFAULT_SEARCHED = ['/'];
/** Where people keep what they develop and deploy; below /usr a package manager's sources have lock files that nobody uses. */
const DEFAULT_PROJECTS = ['/home', '/opt', '/root', '/srv', '/usr/local', '/var/lib', '/var/www'];
const DEFAULT_MAX_AGE_DAYS = 7;

/** The `dependencies:` section of a blueprint. */
export const dependenciesPolicy = z.strictObject({
  search: z
    .array(absolutePath)
    .default(DEFAULT_SEARCHED)
    .describe('Folders below which installed packages are looked for.'),
  projects: z
    .array(absolutePath)
    .default(DEFAULT_PROJECTS)
    .describe('Folders below which lock files and requirements files count.'),
  files: z
    .array(absolutePath)
    .default([])
    .describe(
      'Files that count wherever they lie and whatever they are called: bills of materials, lock files, requirements.',
    ),
  without: z.array(absolutePath).default([]).describe('Folders that are passed over.'),
  maxAgeDays: z
    .int()
    .min(0)
    .default(DEFAULT_MAX_AGE_DAYS)
    .describe('How old advisories may be before that is a finding of its own.'),
  unscored: z.enum(SEVERITIES).default('medium').describe('How bad a vulnerability is that nobody has scored.'),
  development: z
    .boolean()
    .default(true)
    .describe('Whether packages that are only for developing and testing are judged as well.'),
  checks: z
    .array(z.tuple([z.string().min(1)], z.string()))
    .default([])
    .describe(
      'Commands that must succeed after `freehold deps fix` has upgraded something; one that fails takes everything back. Each is a list: the program and its arguments.',
    ),
  sources: z
    .array(source)
    .default([])
    .describe(
      'Where advisories and VEX documents come from: paths, relative ones from the folder of the blueprint, or http(s) addresses.',
    ),
  products: z
    .record(absolutePath, product)
    .default({})
    .describe('Which product lies below a folder: what a VEX statement says of that product holds there.'),
});

export type DependenciesPolicy = z.output<typeof dependenciesPolicy>;
