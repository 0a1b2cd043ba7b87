import { basename, resolve } from 'node:path';
import process from 'node:process';
import { editProfile, newProfileText } from '../apparmor/learn/edit.ts';
import { escapeName, quotePattern } from '../apparmor/learn/escape.ts';
import { learn } from '../apparmor/learn/learn.ts';
import { DEFAULT_MEASURES } from '../apparmor/learn/measures.ts';
import { PatternEngine } from '../apparmor/learn/pattern-engine.ts';
import { reportJson } from '../apparmor/learn/report-json.ts';
import { reportLines } from '../apparmor/learn/report-text.ts';
import type { Learned } from '../apparmor/learn/result.ts';
import type { Dialect, PolicyTree, Profile } from '../apparmor/language/syntax.ts';
import { sensitivePaths } from '../apparmor/sensitive-paths.ts';
import {
  type PolicyFile,
  type PolicyFolder,
  profileFinder,
  readPolicyFile,
  readPolicyFolder,
} from '../confinement/learn/policy-folder.ts';
import { trialCompile } from '../confinement/learn/trial-compile.ts';
import { localPolicyTree } from '../confinement/policy-tree.ts';
import { type ByteText, shown, toByteText, toText } from '../core/byte-text.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { diffLines } from '../report/diff.ts';
import { hunksOf } from '../report/hunks.ts';
import { stringifySorted } from '../report/json.ts';
import { hunkHeader, hunkLines } from '../report/plan-step.ts';
import { observeLogs } from './confine-learn-logs.ts';
import { printDiagnostics } from './diagnostics.ts';
import { growNursery, keepNursery } from './engine.ts';

export interface ConfineLearnOptions {
  readonly log?: readonly string[];
  readonly runs?: 'files' | 'gaps';
  /** Seconds. */
  readonly gap: number;
  readonly policy: string;
  readonly dialect: Dialect;
  readonly allowExec?: readonly string[];
  readonly allowSensitive?: readonly string[];
  readonly maxRules: number;
  /** Seconds. */
  readonly maxCompile: number;
  readonly write?: true;
  readonly output?: string;
  readonly format: 'terminal' | 'json' | 'diff';
}

/** As apparmor_parser(8) has it. */
const DEFAULT_POLICY = '/etc/apparmor.d';

const MILLISECONDS_PER_SECOND = 1000;

/** `freehold confine learn` */
export async function confineLearnCommand(subject: string, options: ConfineLearnOptions): Promise<ExitCode> {
  checkUsage(options);
  const tree = localPolicyTree();
  const { dialect } = options;
  const folder = resolve(options.policy);
  checkPlaces(tree, { subject, folder });
  // Of a policy most stays; a nursery that is large enough for it is so for the log, of which most goes.
  growNursery();
  const policy = readPolicyFolder(tree, { folder, dialect });
  const named = subject.includes('/') ? readPolicyFile(tree, resolve(subject), { folder, dialect }) : undefined;
  const wish = findSubject(subject, { policy, named, read: (path) => readPolicyFile(tree, path, { folder, dialect }) });
  keepNursery();
  const observed = await observeLogs(options);
  const learned = learn({
    label: wish.label,
    program: wish.program,
    profile: wish.there?.profile,
    observed,
    abstractions: policy.abstractions,
    profileFor: profileFinder(policy, wish.label),
    engine: new PatternEngine(),
    sensitivePaths: sensitivePaths(),
    measures: { ...DEFAULT_MEASURES, maxRules: options.maxRules },
    vocabulary: { hasTunables: wish.there === undefined ? policy.hasTunables : usesTunables(wish.there.file.text) },
    dialect,
    allowedExecs: new Set(options.allowExec?.map((path) => toByteText(path))),
    allowedSensitive: new Set(options.allowSensitive),
  });
  const text = textOf(wish, learned, policy);
  show({ wish, learned, text }, options);
  if (learned.events === 0 || learned.ruleCount > options.maxRules) return EXIT.findings;
  const isInBudget = await isTaken(text, { base: folder, limitMs: options.maxCompile * MILLISECONDS_PER_SECOND });
  if (!isInBudget) return EXIT.findings;
  const target = options.output ?? (options.write === true ? wish.path : undefined);
  if (target !== undefined) {
    // Who only looks needs none of it, and node:crypto alone takes 14 ms to load.
    const { replaceFile } = await import('./replace-file.ts');
    const expected = wish.there?.file.text ?? null;
    await replaceFile(target, text, options.write === true ? { expected } : {});
    process.stderr.write(`written: ${shown(toByteText(target))}\n`);
  }
  return learned.decisions.length > 0 ? EXIT.findings : EXIT.clean;
}

interface Wish {
  readonly label: ByteText;
  readonly program: ByteText | undefined;
  readonly there: { readonly file: PolicyFile; readonly profile: Profile } | undefined;
  /** Where the profile is, or would be. */
  readonly path: string;
}

interface WhereToLook {
  readonly policy: PolicyFolder;
  /** The file that the subject names. */
  readonly named: PolicyFile | undefined;
  readonly read: (path: string) => PolicyFile | undefined;
}

function findSubject(subject: string, { policy, named, read }: WhereToLook): Wish {
  const bytes = toByteText(subject);
  if (named !== undefined && named.profiles.length > 0) {
    const [profile, ...more] = named.profiles;
    if (profile !== undefined && more.length === 0) return wishFor(named, profile);
    const names = named.profiles.map(({ name }) => toText(name) ?? name).join(', ');
    throw usage(`${subject} holds several profiles.`, `Name one of them: ${names}.`);
  }
  const found = findProfile(policy, ({ name }) => name === bytes) ?? findProfile(policy, attachedTo(bytes));
  const file = found && read(found.path);
  const profile = file?.profiles.find(({ name }) => name === found?.profile.name);
  if (file !== undefined && profile !== undefined)
    return wishFor(file, profile, subject.startsWith('/') ? bytes : undefined);
  if (!subject.startsWith('/')) {
    throw usage(
      `No profile in ${policy.folder} is named ${subject}.`,
      'Name the program by its path: a new profile is made for it.',
    );
  }
  const program = bytes;
  return {
    label: program,
    program,
    there: undefined,
    path: `${policy.folder}/${subject.slice(1).replaceAll('/', '.')}`,
  };
}

function findProfile(
  { outline }: PolicyFolder,
  isIt: (profile: Profile) => boolean,
): { readonly path: string; readonly profile: Profile } | undefined {
  for (const { path, profiles } of outline) {
    const profile = profiles.find(isIt);
    if (profile !== undefined) return { path, profile };
  }
  return undefined;
}

function attachedTo(program: ByteText): (profile: Profile) => boolean {
  const engine = new PatternEngine();
  return ({ attachment }) =>
    attachment?.expanded.some((pattern) => engine.compile(pattern)?.(program) === true) === true;
}

function wishFor(file: PolicyFile, profile: Profile, program?: ByteText): Wish {
  printDiagnostics(file.diagnostics);
  if (file.diagnostics.some(({ level }) => level === 'error')) {
    throw usage(
      `${file.path} could not be read for certain, so nothing can be learned for it.`,
      'Mend what is said above first.',
    );
  }
  const [only, ...more] = profile.attachment?.expanded ?? [];
  const attached = more.length === 0 && only !== undefined && /^[^*?[\]{}\\]+$/.test(only) ? only : undefined;
  return { label: profile.name, program: program ?? attached, there: { file, profile }, path: file.path };
}

function usesTunables(text: ByteText): boolean {
  return /^\s*#?include\s+<tunables\/global>/m.test(text);
}

function textOf({ label, program, there }: Wish, learned: Learned, policy: PolicyFolder): ByteText {
  if (there === undefined)
    return newProfileText(learned, {
      name: quotePattern(escapeName(program ?? label)),
      attachment: undefined,
      abi: policy.abi,
    });
  const edited = editProfile(there.file.text, there.profile, learned);
  if (edited.kind === 'edited') return edited.text;
  throw usage(
    `${there.file.path} can't be edited: ${edited.reason}`,
    'Lay the file out so that each rule has a line of its own.',
  );
}

interface Shown {
  readonly wish: Wish;
  readonly learned: Learned;
  readonly text: ByteText;
}

function show({ wish, learned, text }: Shown, { format }: ConfineLearnOptions): void {
  if (format === 'json') {
    process.stdout.write(stringifySorted(reportJson(learned)));
    return;
  }
  // The file's own bytes, whatever they are: a diff that was changed on its way can't be applied.
  if (learned.events > 0) process.stdout.write(Buffer.from(unifiedDiff(wish, text), 'latin1'));
  if (format === 'terminal') process.stdout.write(`\n${reportLines(learned).join('\n')}\n`);
}

function unifiedDiff({ there, path }: Wish, text: ByteText): ByteText {
  const hunks = hunksOf(diffLines(there?.file.text ?? '', text));
  if (hunks.length === 0) return '';
  const name = toByteText(path);
  const body = hunks.flatMap((hunk) => [hunkHeader(hunk), ...hunkLines(hunk).map((line) => line.text)]);
  return `${[there === undefined ? '--- /dev/null' : `--- ${name}`, `+++ ${name}`, ...body].join('\n')}\n`;
}

/** Whether the parser takes the profile in time. Without a parser it isn't known, and said. */
async function isTaken(text: ByteText, trial: Parameters<typeof trialCompile>[1]): Promise<boolean> {
  const compiled = await trialCompile(text, trial);
  if (compiled.kind === 'compiled') {
    process.stderr.write(`compiled in ${String(Math.round(compiled.ms))} ms\n`);
    return true;
  }
  const said = {
    refused: {
      code: 'confine/refused',
      message: `apparmor_parser refuses the profile: ${compiled.kind === 'refused' ? compiled.message : ''}`,
    },
    'too-slow': {
      code: 'confine/too-slow',
      message: `The profile takes longer to compile than ${String(trial.limitMs)} ms: nothing is written.`,
    },
    'not-tried': {
      code: 'confine/not-compiled',
      message: `Whether the profile compiles is not known: ${compiled.kind === 'not-tried' ? compiled.reason : ''}`,
    },
  }[compiled.kind];
  printDiagnostics([{ ...said, level: compiled.kind === 'not-tried' ? 'warning' : 'error' }]);
  return compiled.kind === 'not-tried';
}

function checkUsage({ log = [], allowSensitive = [], write, output }: ConfineLearnOptions): void {
  const paths = log.map((path) => (path === '-' ? path : resolve(path)));
  if (new Set(paths).size !== paths.length) throw usage('A log is named twice.', 'Name each --log once.');
  if (write === true && output !== undefined) throw usage('--write and --output go not together.', 'Say one of them.');
  const ids = sensitivePaths().map(({ id }) => id);
  const unknown = allowSensitive.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw usage(`There is no sensitive path ${unknown}.`, `There are: ${ids.join(', ')}.`);
}

/** Without AppArmor there is no folder of profiles, and a profile can still be learned from a log of elsewhere. */
function checkPlaces(
  tree: PolicyTree,
  { subject, folder }: { readonly subject: string; readonly folder: string },
): void {
  if (folder !== DEFAULT_POLICY && tree.folder(toByteText(folder)) === undefined)
    throw usage(`There is no folder ${folder}.`, 'Say with --policy where profiles and abstractions are.');
  if (subject.includes('/') && tree.folder(toByteText(resolve(subject))) !== undefined)
    throw usage(`${subject} is a folder.`, 'Name a program by its path, a profile, or the file of one.');
}

export function usage(message: string, hint: string): FreeholdError {
  return new FreeholdError('usage', [{ code: 'confine/usage', level: 'error', message, hint }]);
}

/** What a run is called when each file is one. */
export function runName(path: string): string {
  return path === '-' ? 'standard input' : basename(path);
}
