import { z } from 'zod';
import { SEVERITIES, type Severity } from '../../core/severity.ts';
import { absolutePath } from '../../core/absolute-path.ts';
import { pathPattern } from '../../core/path-pattern.ts';

const LONGEST_SOAK_DAYS = 365;
const MOST_SOAK_RUNS = 100_000;

const oneLine = z.string().regex(/^[^\p{Cc}]+$/u, 'must be one line without control characters');

/** How a profile may be wished to be; `kill` counts as `enforce`, being stricter. */
export const WISHED_MODES = ['enforce', 'complain'] as const;

export type WishedMode = (typeof WISHED_MODES)[number];

const mode = z
  .enum(WISHED_MODES)
  .describe('`enforce`: what the profile doesn’t allow doesn’t happen. `complain`: it happens, and is written down.');

const soak = z
  .strictObject({
    days: z
      .number()
      .min(0)
      .max(LONGEST_SOAK_DAYS)
      .default(0)
      .describe('How many days the profile must have been in complain mode as it is now.'),
    runs: z
      .int()
      .min(0)
      .max(MOST_SOAK_RUNS)
      .default(0)
      .describe('How many runs of the program must have been seen meanwhile.'),
  })
  .describe(
    'What must have been seen in complain mode before the profile is enforced: with no record of the audit lost, and nothing that it would have denied.',
  );

export type SoakWish = z.output<typeof soak>;

/** What must hold of one program. */
export interface ProgramWish {
  readonly mode: WishedMode;
  readonly profile?: string | undefined;
  readonly children?: Readonly<Record<string, WishedMode>> | undefined;
  readonly soak?: SoakWish | undefined;
  readonly severity?: Severity | undefined;
  readonly why?: string | undefined;
}

const programWish = z
  .union([
    mode.transform((wished): ProgramWish => ({ mode: wished })),
    z.strictObject({
      mode: mode.default('enforce'),
      profile: oneLine
        .optional()
        .describe('The profile by its name; without it, the one whose attachment fits the program best.'),
      children: z
        .record(oneLine, mode)
        .optional()
        .describe(
          'Child profiles and hats that are to be in another mode than the program’s own, by the name behind `//`.',
        ),
      soak: soak.optional(),
      severity: z.enum(SEVERITIES).optional().describe('How bad it is when this wish is not met.'),
      why: oneLine.optional().describe('Why this organisation wants it; shown in reports.'),
    }),
    z.null(),
  ])
  .describe('The mode that its profile must be in; `null` takes back what a preset asks for.');

const unconfined = z.enum(['report', 'required']);

/** The `confinement:` section of a blueprint. What it doesn't name is not looked at. */
export const confinementPolicy = z.strictObject({
  apparmor: z
    .literal('required')
    .optional()
    .describe(
      'AppArmor must be active now and at the next boot, and its profiles must be loaded when the machine starts.',
    ),
  programs: z
    .record(absolutePath, programWish)
    .default({})
    .describe('Programs that must be confined, by their paths. One that isn’t installed is not applicable.'),
  compare: z
    .boolean()
    .default(true)
    .describe(
      'Whether the profiles of these programs that are in force are held against what apparmor_parser makes of their files there, which takes a second or so for a large one.',
    ),
  listening: unconfined
    .optional()
    .describe(
      'Programs that listen on the network and run without a profile: `report` names them, `required` makes each a finding.',
    ),
  privileged: unconfined
    .optional()
    .describe(
      'Programs with the setuid or setgid bit or with capabilities that no profile attaches to: `report` names them, `required` makes each a finding. Every file system of the machine is searched.',
    ),
  allowed: z
    .array(
      z.strictObject({
        path: pathPattern.describe(
          'The program, or a pattern of programs: `*` and `?` stay within a name, `**` stands for any names.',
        ),
        why: oneLine.describe('Why it may run without a profile; shown in reports.'),
      }),
    )
    .default([])
    .describe('Programs that may listen or have rights of their own without a profile.'),
  without: z
    .array(pathPattern)
    .default([])
    .describe('Patterns of paths below which `privileged` doesn’t look: what belongs to containers.'),
});

export type ConfinementPolicy = z.output<typeof confinementPolicy>;
