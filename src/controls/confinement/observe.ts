import { toByteText } from '../../core/byte-text.ts';
import type { Host } from '../../host/host.ts';
import { observeBootView } from './boot/observe.ts';
import { type Compile, compileOnce, observeCompiled } from './compiled/observe.ts';
import { observeKernelView } from './kernel-view/observe.ts';
import { type ConfinementPolicy, confinementPolicy } from './policy.ts';
import { observePolicyFiles } from './policy-files/observe.ts';
import { observeProcesses, withHomes } from './processes/observe.ts';
import { sinceOf, subjectsOf } from './programs/subject.ts';
import { observeSoak } from './soak/observe.ts';
import { observeSockets } from './sockets/observe.ts';
import type { CommandLines, CompiledFile, ConfinementState, PrivilegedFiles, ProgramSeen } from './state.ts';
import { latin1 } from './text.ts';

const TIMEOUT_MS = 30_000;

/** What other domains see and this one judges by as well: it is handed in, as domains don't know each other. */
export interface Neighbours {
  readonly commandLines: (host: Host) => Promise<CommandLines>;
  readonly privileged: (host: Host, question: { readonly without: string[] }) => Promise<PrivilegedFiles>;
}

export interface ObserveOptions {
  readonly now: Date;
  readonly neighbours: Neighbours;
}

/** Reads what the policy needs to be judged; three round trips, of which the last compiles; the logs are a fourth. */
export async function observeConfinement(
  host: Host,
  policy: ConfinementPolicy,
  { now, neighbours }: ObserveOptions,
): Promise<ConfinementState> {
  const wishes = Object.entries(policy.programs).flatMap(([program, wish]) =>
    wish === null ? [] : [{ program, wish }],
  );
  const { isRunning, container } = host.facts;
  const [kernel, files, boot, processes, sockets, privileged, programs] = await Promise.all([
    observeKernelView(host),
    observePolicyFiles(host),
    policy.apparmor === undefined ? undefined : observeBootView(host, neighbours.commandLines(host)),
    wishes.length > 0 || policy.listening !== undefined
      ? observeProcesses(host)
      : ({ kind: 'not-looked', reason: 'no wish needs them' } as const),
    policy.listening === undefined ? undefined : observeSockets(host),
    policy.privileged === undefined ? undefined : neighbours.privileged(host, { without: [...policy.without] }),
    Promise.all(wishes.map(async ({ program }) => [program, await observeProgram(host, program)] as const)),
  ]);
  const state: ConfinementState = {
    nowMs: now.getTime(),
    isRunning,
    container,
    kernel,
    files,
    boot,
    processes,
    sockets,
    privileged,
    programs: Object.fromEntries(programs),
    compiled: {},
    soak: {},
  };
  const compile = compileOnce(host);
  const compiled = await observeCompiles(compile, state, policy);
  const [soak, placed] = await Promise.all([
    observeWatched({ host, compile }, { ...state, compiled }, policy),
    withHomes(host, processes, new Set(programs.map(([, { realPath }]) => realPath))),
  ]);
  return { ...state, processes: placed, compiled, soak };
}

/** Which profiles the policy's programs have, in force and in files: one round trip, and nothing of what runs, boots or was logged. */
export async function observeProfiles(host: Host, { programs: wishes }: ConfinementPolicy): Promise<ConfinementState> {
  const { isRunning, container } = host.facts;
  const [kernel, files, programs] = await Promise.all([
    observeKernelView(host),
    observePolicyFiles(host),
    Promise.all(Object.keys(wishes).map(async (program) => [program, await observeProgram(host, program)] as const)),
  ]);
  return {
    nowMs: 0,
    isRunning,
    container,
    kernel,
    files,
    boot: undefined,
    processes: { kind: 'not-looked', reason: 'no wish needs them' },
    sockets: undefined,
    privileged: undefined,
    programs: Object.fromEntries(programs),
    compiled: {},
    soak: {},
  };
}

/** A recording holds what any policy could ask but for searching every file system and compiling what it names. */
export async function observeWholeConfinement(host: Host, neighbours: Neighbours): Promise<void> {
  const policy = confinementPolicy.parse({ apparmor: 'required', listening: 'report' });
  await observeConfinement(host, policy, { now: new Date(0), neighbours });
}

/** Where a program's links lead is what the kernel goes by. */
async function observeProgram(host: Host, program: string): Promise<ProgramSeen> {
  const [stat, real] = await Promise.all([
    host.stat(program),
    host.facts.isRunning ? host.run(['readlink', '-f', '--', program], { timeoutMs: TIMEOUT_MS }) : undefined,
  ]);
  const path = real?.kind === 'exited' && real.code === 0 ? latin1(real.stdout).replace(/\n$/, '') : '';
  return { isInstalled: stat.kind !== 'missing', realPath: path.startsWith('/') ? path : toByteText(program) };
}

/** Each file that has the profile of a wished program and is in force is compiled once: to be compared, or to know since when it is so. */
async function observeCompiles(
  compile: Compile,
  state: ConfinementState,
  policy: ConfinementPolicy,
): Promise<Readonly<Record<string, CompiledFile>>> {
  if (!state.isRunning || state.kernel.kind !== 'profiles') return {};
  const paths = subjectsOf(state, policy).flatMap(({ attached, isInstalled, soak }) => {
    if (!isInstalled || attached.kind !== 'profile' || (!policy.compare && soak === undefined)) return [];
    const { file, loaded } = attached.profile;
    return file === undefined || loaded === undefined || file.disabledBy !== undefined ? [] : [file.path];
  });
  const compiled = [...new Set(paths)]
    .sort()
    .map(async (path) => [path, await observeCompiled(compile, path)] as const);
  return Object.fromEntries(await Promise.all(compiled));
}

/** The logs are read where a profile complains and has to do so for a while. */
async function observeWatched(
  { host, compile }: { readonly host: Host; readonly compile: Compile },
  state: ConfinementState,
  policy: ConfinementPolicy,
): Promise<ConfinementState['soak']> {
  const watched = subjectsOf(state, policy).flatMap(({ program, soak, attached }) => {
    if (soak === undefined || attached.kind !== 'profile') return [];
    const since = sinceOf(attached.profile, state);
    const realPath = state.programs[program]?.realPath ?? toByteText(program);
    return since.kind === 'unknown'
      ? []
      : [
          {
            key: program,
            profile: attached.profile.label,
            program: realPath,
            sinceMs: since.value,
            path: attached.profile.file?.path,
          },
        ];
  });
  const seen = await observeSoak(host, watched, compile);
  return Object.fromEntries(
    watched.flatMap(({ key }, index) => (seen[index] === undefined ? [] : [[key, seen[index]]])),
  );
}
