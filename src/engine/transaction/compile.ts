import { readAsset } from '../../core/assets.ts';
import type { Plan, PlanStep } from '../../core/plan.ts';
import { describeChange } from '../../core/describe.ts';
import { quote, quoteAll } from '../../host/shell/quote.ts';
import { imagesOf, type StepCode, stepCode } from './step-code.ts';

/** Where runs are kept on the machine, and how its shell is called. */
export interface RunPlace {
  /** Sorts by time: `20261123T212035Z-4f1c9a`. */
  readonly id: string;
  /** `/var/lib/freehold`. */
  readonly stateDirectory: string;
  /** Where the scripts look for programs; not the caller's, which could bring in others. */
  readonly searchPath: string;
  /** The POSIX shell that runs them. */
  readonly shell: readonly [string, ...string[]];
  /** The user that the scripts must run as, by number: root, or a person who changes what is theirs. */
  readonly actor: number;
  /** The run is taken back unless it is confirmed in so many seconds after its last step; `null`: it stands at once. */
  readonly confirmWithinSeconds: number | null;
}

const NUMBER_DIGITS = 4;
/** In this order: a later one uses the ones before it. */
const LIBRARY = ['library.sh', 'library-files.sh', 'library-folders.sh', 'library-services.sh', 'fallback.sh'];

interface NumberedStep {
  readonly number: string;
  readonly step: PlanStep;
  readonly code: StepCode;
}

/**
 * The one script that is sent to a machine: it lays down the run's folder with plan, scripts and after-images, and becomes
 * apply.sh. Everything stands in functions and is called on the last line, so that a connection that breaks while the
 * script is on its way changes nothing.
 */
export function compileTransaction(plan: Plan, place: RunPlace): string {
  const steps = numberSteps(plan);
  const files = [
    ['plan.json', `${JSON.stringify(plan, null, 2)}\n`],
    ['apply.sh', applyScript(plan, steps, place)],
    ['undo.sh', undoScript(plan, steps, place)],
    ...(place.confirmWithinSeconds === null ? [] : fallbackScripts(place)),
    ...steps.flatMap(({ number, code }) => afterFile(number, code)),
  ] as const;
  return [
    'set -u',
    ...settings(place),
    'deliver() {',
    '  mkdir "$run/before" "$run/after" &&',
    ...files.map(([name, text]) => `  printf %s ${quote(text)} >"$run"/${name} &&`),
    '  return 0',
    '}',
    'main() {',
    '  umask 077',
    '  if mkdir -p "$state/runs" && mkdir "$run"; then :; else cannot_write; fi',
    `  if deliver; then exec ${quoteAll(place.shell)} "$run/apply.sh" apply ${quoteAll(place.shell)} </dev/null; fi`,
    '  rm -rf "$run"',
    '  cannot_write',
    '}',
    'cannot_write() {',
    "  printf '@ problem %s\\n@ refused\\n' \"the run's folder $run could not be written\"",
    '  exit 3',
    '}',
    'main',
    '',
  ].join('\n');
}

function numberSteps(plan: Plan): readonly NumberedStep[] {
  const numbered = plan.steps.map((step, index) => ({ step, number: String(index + 1).padStart(NUMBER_DIGITS, '0') }));
  const images = new Map<string, string[]>();
  for (const [path, image] of numbered.flatMap(({ step, number }) => imagesOf(step.change, number))) {
    images.set(path, [...(images.get(path) ?? []), image]);
  }
  return numbered.map(({ step, number }) => {
    return { step, number, code: stepCode(step.change, { number, before: step.before, imagesOf: images }) };
  });
}

function afterFile(number: string, { after }: StepCode): readonly (readonly [string, string])[] {
  if (after === undefined) return [];
  return [after === null ? [`after/${number}.absent`, ''] : [`after/${number}`, after]];
}

function settings({ id, stateDirectory, searchPath, confirmWithinSeconds, actor }: RunPlace): readonly string[] {
  return [
    `PATH=${quote(searchPath)}`,
    'export PATH',
    `id=${quote(id)}`,
    `state=${quote(stateDirectory)}`,
    'run=$state/runs/$id',
    `actor=${String(actor)}`,
    `confirm_within=${confirmWithinSeconds === null ? '' : String(confirmWithinSeconds)}`,
  ];
}

/** Every file and folder that a step keeps, a path a line: none of them has a line feed. */
function written(steps: readonly NumberedStep[]): string {
  const paths = steps.flatMap(({ step, number }) => imagesOf(step.change, number).map(([path]) => path));
  return `written=${quote([...new Set(paths)].sort().join('\n'))}`;
}

function applyScript(plan: Plan, steps: readonly NumberedStep[], place: RunPlace): string {
  return [
    '#!/bin/sh',
    `# Freehold run ${place.id}: what it did to ${oneLine(plan.host)} for the blueprint ${oneLine(plan.blueprint)}.`,
    '# To take it back: sh undo.sh',
    'set -u',
    ...settings(place),
    written(steps),
    '',
    ...steps.flatMap(({ code }) => code.functions),
    'prepare() {',
    ...steps.flatMap(({ code }) => code.keep.map((line) => `  ${line} &&`)),
    '  return 0',
    '}',
    '',
    'steps() {',
    ...steps.flatMap(({ number, step, code }) => [
      `  # ${oneLine(describeChange(step.change))}`,
      ...code.ready.map((line) => `  ${line} &&`),
      `  step ${number} ${code.endurance} ${code.run} &&`,
    ]),
    '  return 0',
    '}',
    '',
    'record() {',
    ...steps.flatMap(({ code }) => code.record.map((line) => `  ${line} || :`)),
    '  return 0',
    '}',
    '',
    ...LIBRARY.map(libraryText),
    libraryText('apply-main.sh'),
    'apply_main "$@"',
    '',
  ].join('\n');
}

function undoScript(plan: Plan, steps: readonly NumberedStep[], place: RunPlace): string {
  return [
    '#!/bin/sh',
    `# Takes back Freehold run ${place.id} (blueprint ${oneLine(plan.blueprint)}): sh undo.sh, as the user it was made by.`,
    '# It needs this folder and nothing else of Freehold. It stops before the first change if somebody has changed since',
    '# what it would put back; FORCE=1 sh undo.sh does it all the same and keeps what it replaces below replaced/.',
    'set -u',
    ...settings(place),
    written(steps),
    'run=$(CDPATH=\'\' cd -- "$(dirname -- "$0")" && pwd) || exit 3',
    '',
    'check() {',
    ...steps.flatMap(({ number, code }) => code.check.map((line) => `  if_begun ${number} ${line}`)),
    '  return 0',
    '}',
    '',
    'restore() {',
    ...[...steps]
      .reverse()
      .flatMap(({ number, step, code }) => [
        `  # takes back ${number}: ${oneLine(describeChange(step.change))}`,
        ...code.restore.map((line) => `  ${code.endurance === 'passing' ? 'back_value' : 'back'} ${number} ${line}`),
      ]),
    '  return 0',
    '}',
    '',
    '# In order again: what runs must see the old files.',
    'settle() {',
    ...steps.flatMap(({ number, code }) => code.settle.map((line) => `  back ${number} ${line}`)),
    '  return 0',
    '}',
    '',
    ...LIBRARY.map(libraryText),
    libraryText('undo-main.sh'),
    'undo_main "$@"',
    '',
  ].join('\n');
}

/** watch.sh takes the run back when nobody has run confirm.sh in time. */
function fallbackScripts(place: RunPlace): readonly (readonly [string, string])[] {
  return ['watch', 'confirm'].map((name) => [
    `${name}.sh`,
    [
      '#!/bin/sh',
      'set -u',
      ...settings(place),
      ...LIBRARY.map(libraryText),
      libraryText(`${name}-main.sh`),
      `${name}_main ${quoteAll(place.shell)}`,
      '',
    ].join('\n'),
  ]);
}

/** A comment must end where it ends. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function libraryText(name: string): string {
  return readAsset(`src/engine/transaction/${name}`);
}
