import { homedir } from 'node:os';
import process from 'node:process';
import { FILE_PERMISSIONS, type FilePermission } from '../apparmor/access.ts';
import { answerClass } from '../apparmor/compiled/class-answers.ts';
import { writtenTransition } from '../apparmor/compiled/exec.ts';
import { answerFile, answerLink } from '../apparmor/compiled/files.ts';
import type { CompiledProfile } from '../apparmor/compiled/profile.ts';
import type { ClassQuestion } from '../apparmor/compiled/question.ts';
import { shown, toByteText } from '../core/byte-text.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { askedInWords } from '../confinement/asked.ts';
import { filesThatMayHold, profileFor } from '../confinement/find-profile.ts';
import { isCompiled, loadPolicy } from '../confinement/load-policy.ts';
import { findRules, type RuleFinder, type SpeakingRule } from '../confinement/speaking-rules.ts';
import type { Host } from '../host/host.ts';
import { type CompileOptions, type Loaded, needPolicy, policyWish } from './confine-policy.ts';
import { stringifySorted } from '../report/json.ts';
import { printDiagnostics } from './diagnostics.ts';
import { targetOf, withHost } from './session.ts';

export interface ConfineCanOptions extends CompileOptions {
  readonly owner?: true;
  readonly other?: true;
  readonly target?: string;
  readonly capability?: string;
  readonly network?: string;
  readonly ask?: string;
  readonly policy?: string;
}

export interface CanArguments {
  readonly subject: string;
  readonly permissions: string | undefined;
  readonly path: string | undefined;
}

const CAN_FORMAT = 'freehold.confine-can/1';

interface Line {
  readonly permission: string;
  readonly of?: 'owner' | 'other';
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  readonly isLogged: boolean;
  readonly exec?: string;
  readonly note?: string;
  readonly rules: readonly SpeakingRule[];
}

/** `freehold confine can` */
export async function confineCanCommand(given: CanArguments, options: ConfineCanOptions): Promise<ExitCode> {
  return withHost(targetOf(options.host, options), async (host) => {
    const question = questionOf(given, options);
    const found = await findProfile(host, given.subject, options);
    const { profile, loaded } = found;
    const lines =
      question.kind === 'file'
        ? fileLines(profile, question.wish, await ruleFinder(host, found, options))
        : classLines(profile, question.question);
    if (options.format === 'json') {
      const { name, mode } = profile;
      const report = { format: CAN_FORMAT, profile: shown(name), mode, how: loaded.shown, answers: lines };
      process.stdout.write(stringifySorted(report));
    } else process.stdout.write(rendered(profile, loaded, lines));
    return exitCodeOf(lines);
  });
}

function exitCodeOf(lines: readonly Line[]): ExitCode {
  if (lines.some(({ verdict }) => verdict === 'denied')) return EXIT.findings;
  return lines.some(({ verdict }) => verdict === 'unknown') ? EXIT.unreachable : EXIT.clean;
}

interface Found {
  readonly profile: CompiledProfile;
  readonly loaded: Loaded;
  readonly path: string;
}

/** A policy that was compiled already has no rules any more. */
async function ruleFinder(
  host: Host,
  { profile, loaded, path }: Found,
  { base }: ConfineCanOptions,
): Promise<RuleFinder> {
  if (loaded.isCompiledAlready) return () => [];
  const { rulesOf, diagnostics } = await findRules(host, {
    path,
    name: profile.name,
    ...(base !== undefined && { base }),
  });
  printDiagnostics(diagnostics);
  return rulesOf;
}

const DEFAULT_BASE = '/etc/apparmor.d';

async function findProfile(host: Host, subject: string, options: ConfineCanOptions): Promise<Found> {
  if (options.policy !== undefined) {
    const loaded = await needPolicy(host, policyWish(options.policy, options));
    const profile = profileFor(loaded.policy, subject) ?? notFound(subject, options.policy);
    return { loaded, profile, path: options.policy };
  }
  const folder = options.base ?? DEFAULT_BASE;
  if (await isPolicyFile(host, subject, folder)) {
    const loaded = await needPolicy(host, policyWish(subject, options));
    return { loaded, profile: loaded.policy.profiles[0] ?? notFound(subject, subject), path: subject };
  }
  const named = `${folder}/${subject}`;
  const isNamed = !subject.includes('/') && (await host.stat(named)).kind === 'stat';
  const files = [...(isNamed ? [named] : []), ...(await filesThatMayHold(host, folder, subject))];
  for (const file of files) {
    const loaded = await loadPolicy(host, policyWish(file, options));
    const profile =
      loaded.kind === 'loaded'
        ? (profileFor(loaded.policy, subject) ?? (file === named ? loaded.policy.profiles[0] : undefined))
        : undefined;
    if (loaded.kind === 'loaded' && profile !== undefined) return { loaded, profile, path: file };
  }
  return notFound(subject, folder);
}

/** A program is a path too: what lies among the profiles, and what is compiled, is a policy. */
async function isPolicyFile(host: Host, subject: string, folder: string): Promise<boolean> {
  if (subject.startsWith(`${folder}/`)) return true;
  const read = subject.includes('/') ? await host.read(subject) : undefined;
  if (read?.kind !== 'content') return false;
  const stat = await host.stat(subject);
  const isProgram = stat.kind === 'stat' && (stat.mode & 0o111) !== 0;
  return isCompiled(read.bytes) || !isProgram;
}

function notFound(subject: string, where: string): never {
  const message = `No profile of ${where} is called ${JSON.stringify(subject)} or is for a program of that path.`;
  const hint = 'Name the file that the profile is in with --policy.';
  throw new FreeholdError('usage', [{ code: 'confinement/no-profile', level: 'error', message, hint }]);
}

function usage(message: string, hint: string): FreeholdError {
  return new FreeholdError('usage', [{ code: 'usage/confine-can', level: 'error', message, hint }]);
}

interface FileWish {
  readonly path: string;
  readonly permissions: readonly FilePermission[];
  readonly target: string | undefined;
  readonly owners: readonly boolean[];
}

type Question =
  { readonly kind: 'file'; readonly wish: FileWish } | { readonly kind: 'class'; readonly question: ClassQuestion };

function questionOf({ permissions, path }: CanArguments, options: ConfineCanOptions): Question {
  const { capability, network, ask, owner, other, target } = options;
  const said = [capability, network, ask, permissions].filter((one) => one !== undefined);
  if (said.length > 1)
    throw usage('One question at a time.', 'Say permissions and a path, or one of --capability, --network, --ask.');
  const words =
    ask ??
    (capability !== undefined ? `capability ${capability}` : network === undefined ? undefined : `network ${network}`);
  if (words !== undefined) {
    const asked = askedInWords(words);
    if (asked.kind === 'not-understood') throw usage(asked.reason, asked.forms);
    return { kind: 'class', question: asked.question };
  }
  if (permissions === undefined || permissions === '' || path === undefined)
    throw usage(
      'There is no question.',
      "Say permissions and a path (r '~/.ssh/id_ed25519'), or --capability, --network, --ask.",
    );
  const letters = [...new Set(permissions)].map(permissionOf);
  if (target !== undefined && !letters.includes('l'))
    throw usage('--target is for hard links alone.', 'Ask for the permission l, or leave --target away.');
  return {
    kind: 'file',
    wish: {
      path: absolute(path),
      permissions: letters,
      target: target === undefined ? undefined : absolute(target),
      owners: owner === other ? [true, false] : [owner === true],
    },
  };
}

function classLines(profile: CompiledProfile, question: ClassQuestion): readonly Line[] {
  const answer = answerClass(profile, question);
  if (answer.kind === 'unknown')
    return [{ permission: question.kind, verdict: 'unknown', isLogged: false, note: answer.reason, rules: [] }];
  const { isAudited, isQuiet, note } = answer;
  const line =
    (verdict: 'allowed' | 'denied') =>
    (permission: string): Line => ({
      permission: permission === question.kind ? permission : `${question.kind} ${permission}`,
      verdict,
      isLogged: verdict === 'allowed' ? isAudited : !isQuiet,
      ...(note !== undefined && { note }),
      rules: [],
    });
  return [...answer.allowed.map(line('allowed')), ...answer.denied.map(line('denied'))];
}

function fileLines(
  profile: CompiledProfile,
  { path, permissions, target, owners }: FileWish,
  rulesOf: RuleFinder,
): readonly Line[] {
  const lines: Line[] = [];
  for (const isOwner of owners)
    for (const permission of permissions) {
      const question = { path, isOwner, permissions: [permission] };
      const isLink = permission === 'l' && target !== undefined;
      const answer = isLink ? answerLink(profile, { path, target, isOwner }) : answerFile(profile, question);
      const { isAllowed, isAudited, isQuiet, exec, note } = answer;
      lines.push({
        permission,
        of: isOwner ? 'owner' : 'other',
        verdict: isAllowed ? 'allowed' : 'denied',
        isLogged: isAllowed ? isAudited : !isQuiet,
        ...(permission === 'x' && exec !== undefined && { exec: writtenTransition(exec) }),
        ...(note !== undefined && { note }),
        rules: rulesOf(question),
      });
    }
  return lines;
}

function permissionOf(letter: string): FilePermission {
  const found = FILE_PERMISSIONS.find((one) => one === letter);
  if (found === undefined)
    throw usage(`"${letter}" is no permission of files.`, `They are ${FILE_PERMISSIONS.join(' ')}.`);
  return found;
}

/** A path as the kernel spells it; `~` is the home of who asks. */
function absolute(written: string): string {
  const path = written.replace(/^~(?=\/|$)/, homedir());
  if (!path.startsWith('/')) throw usage(`${JSON.stringify(written)} is no absolute path.`, 'Begin it with / or ~/.');
  return toByteText(path.replaceAll(/\/{2,}/g, '/'));
}

function rendered(profile: CompiledProfile, { shown: how }: Loaded, lines: readonly Line[]): string {
  const head = `${shown(profile.name)}, mode ${profile.mode}, ${how}\n`;
  return head + lines.map((line) => `${sentence(line)}\n`).join('') + modeNote(profile);
}

function sentence({ permission, of, verdict, isLogged, exec, note, rules }: Line): string {
  const whose = of === undefined ? '' : of === 'owner' ? ' as owner' : " of others' files";
  const logged =
    verdict === 'allowed' ? (isLogged ? ', logged' : '') : verdict === 'denied' && !isLogged ? ', not logged' : '';
  const more = [exec, note].filter((one) => one !== undefined).map((one) => ` (${shown(one)})`);
  const said = rules.map(({ text, path, line }) => `\n    ${shown(path)}:${String(line)}: ${shown(text)}`);
  return `  ${permission}${whose}: ${verdict}${logged}${more.join('')}${said.join('')}`;
}

/** profile_complain() of the kernel lets pass what rules don't forbid by `deny`. */
function modeNote({ mode }: CompiledProfile): string {
  return mode === 'complain'
    ? 'The profile is in complain mode: what is denied here happens all the same, unless a deny rule forbids it.\n'
    : '';
}
