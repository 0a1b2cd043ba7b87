import { z } from 'zod';
import { PATTERN_LIMIT_CHARACTERS } from './limits.ts';
import type { Section } from './section.ts';

/** The one version of the format there is. */
export const FORMAT_VERSION = 1;

const NAME_LIMIT_CHARACTERS = 200;
const REASON_LIMIT_CHARACTERS = 4000;

const oneLine = z
  .string()
  .regex(/^[^\0-\x1f\x7f-\x9f\u2028\u2029]*$/, 'must be one line without control characters')
  .regex(/\S/, 'must not be empty');

/** A variable's name, as it stands in `variables:` and between `${` and `}`. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

const waiver = z.strictObject({
  finding: oneLine
    .max(PATTERN_LIMIT_CHARACTERS)
    .regex(/^\S+$/, 'must be a finding id or a pattern of ids, without blanks')
    .describe(
      'The id of a finding, as reports show it, or a pattern: * and ? stand for anything but a slash, ** for anything.',
    ),
  reason: z
    .string()
    .max(REASON_LIMIT_CHARACTERS)
    .regex(/^[^\0-\x08\x0b-\x1f\x7f-\x9f]*$/, 'must be text without control characters')
    .regex(/\S/, 'must not be empty')
    .describe('Why the deviation is accepted.'),
  owner: oneLine.max(NAME_LIMIT_CHARACTERS).describe('Who answers for it: a person or a team.'),
  expires: z.iso
    .date('must be a day of the calendar, written like 2027-03-31')
    .describe('The last day it holds, in UTC: 2027-03-31.'),
});

export const waiverList = z
  .array(waiver)
  .describe('Accepted deviations. A list replaces the list of an extended blueprint.');

/** The keys of a blueprint that belong to no domain. */
export const FRAME = {
  version: z.literal(FORMAT_VERSION).describe('The version of the blueprint format: 1.'),
  name: oneLine
    .max(NAME_LIMIT_CHARACTERS)
    .exactOptional()
    .describe('What reports call this blueprint; the name of its file if left out.'),
  extends: z
    .union([oneLine, z.array(oneLine)])
    .exactOptional()
    .describe('Presets (baseline, workstation, server, strict) or paths of blueprint files that this one builds on.'),
  variables: z
    .record(
      z.string().regex(VARIABLE_NAME, 'must be a name of letters, digits, _ and -'),
      z.union([z.string(), z.number(), z.boolean(), z.null()]),
    )
    .exactOptional()
    .describe('Values that ${name} stands for in sections and waivers; a file that extends this one may change them.'),
} as const;

/** What one file may hold, before it is known what the files it extends say: sections and waivers are looked at later. */
export function frameSchema(sections: readonly Section[]): z.ZodType<Frame> {
  return z.strictObject({
    ...FRAME,
    waivers: z.unknown().optional(),
    inventory: z.unknown().optional(),
    ...Object.fromEntries(sections.map(({ id }) => [id, z.unknown().optional()])),
  });
}

export interface Frame {
  readonly version: typeof FORMAT_VERSION;
  readonly name?: string;
  readonly extends?: string | readonly string[];
  readonly variables?: Readonly<Record<string, string | number | boolean | null>>;
}
