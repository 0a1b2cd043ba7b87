import { answerFile } from '../../apparmor/compiled/files.ts';
import type { CompiledProfile } from '../../apparmor/compiled/profile.ts';
import type { FileQuestion } from '../../apparmor/access.ts';
import type { AccessEvent } from '../../apparmor/log/event.ts';
import type { ProfileView } from '../../controls/confinement/programs/view.ts';
import { shown, toByteText, toText } from '../../core/byte-text.ts';
import type { ProbeRecord, ProgramProbe } from '../../core/probe-report.ts';
import type { Host } from '../../host/host.ts';
import { loadPolicy } from '../load-policy.ts';
import { machineTime } from '../machine-clock.ts';
import { findRules } from '../speaking-rules.ts';
import { findRecord, type Patience, type RecordFound } from './find-record.ts';
import { openInside } from './open-inside.ts';

export interface ProbeSubject {
  readonly program: string;
  readonly profile: ProfileView;
  /** Which one of them is tried is up to the policy. */
  readonly files: readonly string[];
}

/** Names that the kernel reads as something else: a namespace, a stack of profiles (aa_label_strn_parse() of label.c), spaces that strim() takes away. */
const NOT_ENTERABLE = /^[:&]|\/\/&|^\s|\s$|\p{Cc}/u;

/** Of the others one allows everything, and one asks a person. */
const TRIED_MODES: ReadonlySet<string> = new Set(['enforce', 'complain', 'kill']);

/** Tries from inside a profile what its policy denies, and looks for the record of it. */
export async function probeProfile(host: Host, subject: ProbeSubject, patience?: Patience): Promise<ProgramProbe> {
  const { program, profile, files } = subject;
  const label = toText(profile.label);
  const unknown = (reason: string): ProgramProbe => unknownProbe(program, reason, shown(profile.label));
  const { now } = profile;
  if (now.kind !== 'mode') return unknown(now.kind === 'unknown' ? now.reason : 'It isn’t loaded.');
  if (!TRIED_MODES.has(now.mode)) return unknown(`Nothing is to be tried in the mode ${now.mode}.`);
  if (label === undefined || NOT_ENTERABLE.test(label))
    return unknown('A profile of this name can’t be entered by name.');
  const { file: source } = profile;
  if (source === undefined) return unknown('No file in /etc/apparmor.d has it, so that it isn’t known what it denies.');
  const loaded = await loadPolicy(host, { path: source.path });
  if (loaded.kind === 'not-loaded')
    return unknown(`What it denies isn’t known: ${loaded.diagnostics.map(({ message }) => message).join(' ')}`);
  const compiled = loaded.policy.profiles.find(({ name }) => name === profile.label);
  if (compiled === undefined) return unknown(`${source.path} compiles to no such profile.`);
  const denied = chooseFile(compiled, files);
  if (denied === undefined) return unknown(whyNoFile(compiled, files));

  const sinceMs = await machineTime(host);
  const opened = await openInside(host, { label, path: denied.path });
  if (opened.kind === 'not-tried') return unknown(`${denied.path} could not be tried from inside: ${opened.reason}.`);
  const { pid, mode, end } = opened;
  const found = await findRecord(
    host,
    { pid, label: profile.label, path: toByteText(denied.path), sinceMs },
    denied.isQuiet ? { waitMs: 0 } : patience,
  );
  const seen: Seen = { path: denied.path, mode, source: source.path, found };
  const told = {
    program,
    profile: shown(profile.label),
    mode,
    file: denied.path,
    record: found.kind === 'found' ? recordOf(found.event, pid) : null,
    rules: [],
  };
  if (end === 'opened') return { ...told, result: 'allowed', summary: allowedSummary(seen) };
  const did = end === 'killed' ? `Opening ${denied.path} ended the process` : `Opening ${denied.path} was refused`;
  // What is forbidden by `deny` is so in complain mode too (aa_audit_file() of file.c).
  if (mode === 'complain') {
    const summary = `${did}, but by a rule that holds in complain mode too: what no rule allows isn’t denied.`;
    return { ...told, result: 'unknown', summary };
  }
  if (found.kind === 'found') {
    return { ...told, result: 'denied-and-logged', summary: `${did}, and the log has it: ${describe(found.event)}.` };
  }
  if (denied.isQuiet) {
    const { rulesOf } = await findRules(host, { path: source.path, name: profile.label });
    const rules = rulesOf(questionOf(denied.path)).map((rule) => ({
      text: shown(rule.text),
      path: shown(rule.path),
      line: rule.line,
    }));
    const [rule] = rules;
    const who = rule === undefined ? 'a rule of the profile' : `${rule.path}:${String(rule.line)}`;
    const summary = `${did}; nothing is logged, as ${who} says deny without audit.`;
    return { ...told, rules, result: 'denied-not-logged-on-purpose', summary };
  }
  return found.kind === 'unreadable'
    ? { ...told, result: 'unknown', summary: `${did}; whether it was logged can’t be seen: ${found.reason}.` }
    : { ...told, result: 'denied-not-logged', summary: `${did}, but no log has the record: ${found.reason}.` };
}

/** One that can't be tried. */
export function unknownProbe(program: string, summary: string, profile: string | null = null): ProgramProbe {
  return { program, profile, mode: null, file: null, result: 'unknown', summary, record: null, rules: [] };
}

interface DeniedFile {
  readonly path: string;
  readonly isQuiet: boolean;
}

/** The first whose denial would be logged; else the first that is denied. */
function chooseFile(profile: CompiledProfile, files: readonly string[]): DeniedFile | undefined {
  const denied = files.flatMap((path) => {
    const { isAllowed, isQuiet } = answerFile(profile, questionOf(path));
    return isAllowed ? [] : [{ path, isQuiet }];
  });
  return denied.find(({ isQuiet }) => !isQuiet) ?? denied[0];
}

/** Root opens what is root's. */
function questionOf(path: string): FileQuestion {
  return { path: toByteText(path), isOwner: true, permissions: ['r'] };
}

function whyNoFile({ mode }: CompiledProfile, files: readonly string[]): string {
  if (files.length === 0) return 'There is none of the sensitive files here that could be tried.';
  if (mode === 'unconfined') return 'It allows everything (flags=(unconfined)).';
  return `It allows reading each of the sensitive files that could be tried: ${files.join(', ')}.`;
}

interface Seen {
  readonly path: string;
  readonly mode: string;
  readonly source: string;
  readonly found: RecordFound;
}

function allowedSummary({ path, mode, source, found }: Seen): string {
  const logged =
    found.kind === 'found' ? `The log has it: ${describe(found.event)}.` : `No log has it: ${found.reason}.`;
  return mode === 'complain'
    ? `Opening ${path} was allowed, as the profile only complains. ${logged}`
    : `Opening ${path} was allowed, though ${source} doesn’t allow it: what is in force is something else. ${logged}`;
}

function describe({ verdict, operation, denied, pid }: AccessEvent): string {
  return `${verdict} ${shown(operation)} ${shown(denied)} by process ${String(pid)}`;
}

function recordOf({ verdict, operation, denied, timeMs }: AccessEvent, pid: number): ProbeRecord {
  return {
    verdict,
    operation: shown(operation),
    denied: shown(denied),
    pid,
    at: timeMs === undefined ? null : new Date(timeMs).toISOString(),
  };
}
