import process from 'node:process';
import { type Blueprint, loadPreset } from '../blueprint/index.ts';
import { PRESETS } from '../blueprint/preset-names.ts';
import { controls } from '../controls/index.ts';
import type { AnyControl } from '../core/control.ts';
import { plural } from '../core/describe.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { noAdvisories } from '../core/surroundings.ts';
import { RECORDING_SUFFIX } from '../host/address.ts';
import { HostError } from '../host/error.ts';
import type { Host } from '../host/host.ts';
import { isTaken, packRecording, type Recorder, recordHost, saveFile } from '../host/recorded/index.ts';
import { requireBlueprint } from './blueprint.ts';
import { printDiagnostics } from './diagnostics.ts';
import { freeholdVersion } from './version.ts';

export interface RecordCommandOptions {
  readonly blueprint?: string;
  /** `-` for standard output. */
  readonly output?: string;
  readonly force?: boolean;
  readonly verbose?: boolean;
}

const STANDARD_OUTPUT = '-';
const BYTES_PER_KB = 1000;
/** What a hostname may bring into the name of a file. */
const NAME_LIMIT_CHARACTERS = 64;

/** `freehold record`; `open` reaches the machine, once it is clear that its recording can be written. */
export async function recordCommand(open: () => Promise<Host>, options: RecordCommandOptions): Promise<ExitCode> {
  const wishes = await wishesOf(options.blueprint);
  if (options.output !== undefined) requirePlace(options.output, options);
  const host = await open();
  try {
    if (host.facts.recordedAt !== undefined) throw usage('record/recorded', 'This is a recording already.', 'Copy it.');
    const output = options.output ?? defaultName(host.facts.hostname);
    requirePlace(output, options);
    const recorder = recordHost(host, { startedAt: new Date(), tool: `freehold ${freeholdVersion()}` });
    const problems = await askEverything(recorder.host, wishes);
    const bytes = await packRecording(recorder.recording());
    await write(output, bytes, options);
    printDiagnostics([...problems, ...shortcomings(recorder)]);
    tell(output, summary(output, { recorder, sizeBytes: bytes.length, isVerbose: options.verbose === true }));
    return EXIT.clean;
  } finally {
    await host.close();
  }
}

/** What takes as long as searching or reading the whole disk: who wants it names a blueprint that asks for it. */
const ONLY_IF_NAMED: ReadonlySet<string> = new Set(['integrity', 'confinement']);

/** The blueprint that was named, or all that ship: what they need is then in the recording for certain. */
async function wishesOf(blueprint: string | undefined): Promise<readonly Blueprint[]> {
  if (blueprint !== undefined) return [await requireBlueprint(blueprint)];
  const names = PRESETS.filter((name) => !ONLY_IF_NAMED.has(name));
  const loaded = await Promise.all(names.map((name) => loadPreset({ name, controls })));
  return loaded.map((one) => {
    if (one.kind === 'loaded') return one.blueprint;
    throw new FreeholdError('usage', one.diagnostics);
  });
}

/** Asks all domains at once. A domain that breaks is named; what it was told until then is recorded. */
async function askEverything(host: Host, wishes: readonly Blueprint[]): Promise<readonly Diagnostic[]> {
  const problems = await Promise.all(controls.map((control) => askDomain(control, host, wishes)));
  return problems.flat();
}

async function askDomain(
  control: AnyControl,
  host: Host,
  wishes: readonly Blueprint[],
): Promise<readonly Diagnostic[]> {
  // What the machine is asked doesn't depend on what is known of the answers.
  const surroundings = { now: new Date(), advisories: noAdvisories };
  const policies = wishes.flatMap(({ policies: all }) => (all.has(control.id) ? [all.get(control.id)] : []));
  try {
    await Promise.all([
      control.observeAll(host),
      ...policies.map((policy) => control.observe(host, policy, surroundings)),
    ]);
    return [];
  } catch (error) {
    if (error instanceof HostError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The domain ${control.id} is not recorded as a whole: ${reason}`;
    return [warning('record/domain', message, 'What is missing will be unknown in audits of this recording.')];
  }
}

function shortcomings(recorder: Recorder): readonly Diagnostic[] {
  const leftOut = recorder.leftOut();
  const hint = 'They will be unknown in audits of this recording.';
  return [
    ...(recorder.host.facts.isRoot
      ? []
      : [warning('record/not-root', 'Not run as root: what only root can read is recorded as unreadable.')]),
    ...(leftOut === 0 ? [] : [warning('record/full', `${plural(leftOut, 'answer')} did not fit.`, hint)]),
  ];
}

function warning(code: string, message: string, hint?: string): Diagnostic {
  return { code, level: 'warning', message, ...(hint !== undefined && { hint }) };
}

/** Before the machine is asked, so that nobody waits in vain. */
function requirePlace(output: string, { force }: RecordCommandOptions): void {
  if (output === STANDARD_OUTPUT) {
    if (!process.stdout.isTTY) return;
    throw usage('record/terminal', 'A recording is no text for a terminal.', 'Name a file, or redirect the output.');
  }
  if (force !== true && isTaken(output)) throw existsAlready(output);
}

async function write(output: string, bytes: Uint8Array, { force }: RecordCommandOptions): Promise<void> {
  if (output === STANDARD_OUTPUT) {
    await new Promise<void>((resolve) => {
      process.stdout.write(bytes, () => {
        resolve();
      });
    });
    return;
  }
  try {
    const saved = saveFile(output, bytes, { replaces: force === true });
    if (saved === 'taken') throw existsAlready(output);
  } catch (error) {
    if (error instanceof FreeholdError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(
      'record/not-written',
      `${output} could not be written: ${reason}`,
      'Name a file in a folder that exists and that you may write to.',
    );
  }
}

function existsAlready(output: string): FreeholdError {
  return usage('record/exists', `${output} exists already.`, 'Name another file, or say --force to replace it.');
}

function usage(code: string, message: string, hint: string): FreeholdError {
  return new FreeholdError('usage', [{ code, level: 'error', message, hint }]);
}

function defaultName(hostname: string): string {
  const plain = hostname.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, NAME_LIMIT_CHARACTERS);
  return `./${/^[A-Za-z0-9]/.test(plain) ? plain : `host${plain}`}${RECORDING_SUFFIX}`;
}

/** People read where the recording doesn't go. */
function tell(output: string, text: string): void {
  (output === STANDARD_OUTPUT ? process.stderr : process.stdout).write(text);
}

interface Written {
  readonly recorder: Recorder;
  readonly sizeBytes: number;
  readonly isVerbose: boolean;
}

function summary(output: string, { recorder, sizeBytes, isVerbose }: Written): string {
  const withheld = recorder.withheld();
  const count = plural(recorder.recording().answers.length, 'answer');
  const size = `${String(Math.ceil(sizeBytes / BYTES_PER_KB))} kB`;
  const where = output === STANDARD_OUTPUT ? 'the recording' : output;
  const address = output.endsWith(RECORDING_SUFFIX) ? output : `recorded:${output}`;
  const lines = [
    `Wrote ${where}: ${count}, ${size}.`,
    ...(withheld.length === 0
      ? []
      : [`${plural(withheld.length, 'answer was', 'answers were')} withheld: recordings hold no secrets.`]),
    ...(isVerbose ? withheld.map((name) => `  ${name}`) : []),
    ...(output === STANDARD_OUTPUT ? [] : [`Now, here or elsewhere: freehold audit ${address}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
