import { isDeniedOnPurpose } from '../apparmor/denied-on-purpose.ts';
import { parsePolicy } from '../apparmor/language/parse-policy.ts';
import { loadPolicyTree } from '../controls/confinement/policy-sources/observe.ts';
import { confinement } from '../controls/index.ts';
import type { ConfinementPolicy, ProgramWish, WishedMode } from '../controls/confinement/policy.ts';
import { subjectsOf } from '../controls/confinement/programs/subject.ts';
import { absolutePath } from '../core/absolute-path.ts';
import { type ExitCode, FreeholdError } from '../core/error.ts';
import { noAdvisories } from '../core/surroundings.ts';
import { requireChangeable } from '../engine/apply.ts';
import { audit } from '../engine/audit.ts';
import type { Host } from '../host/host.ts';
import { changeMachine, type ChangeMachineOptions } from './change-machine.ts';
import { requireWatchable, type WatchOptions, watchRun } from './confine-watch.ts';
import { type ConfineOptions, loadConfinementWish } from './confine-wish.ts';
import { type EvidenceOptions, openRecording } from './recording.ts';
import { targetOf, withHost } from './session.ts';
import { warnOfUnfinishedRun } from './unfinished.ts';
import { freeholdVersion } from './version.ts';

export interface ConfineModeCommandOptions extends ConfineOptions, ChangeMachineOptions, EvidenceOptions {
  readonly withoutSoak?: boolean;
  /** Seconds. */
  readonly watch?: number;
}

/** The machine goes back by itself if nobody comes to say how the watch ended. */
const WATCH_GRACE_SECONDS = 60;
/** The newest language has all of the older ones; a rule that is misread only makes the watch stricter. */
const PARSE = { dialect: '5.0' } as const;

/** `freehold confine enforce` and `freehold confine complain`: the blueprint's wish for these programs, and nothing else of it. */
export async function confineModeCommand(
  mode: WishedMode,
  words: readonly string[],
  options: ConfineModeCommandOptions,
): Promise<ExitCode> {
  const { programs, address } = split(words);
  const target = targetOf(address, options);
  const wish = await loadConfinementWish(options);
  const policy = narrowed(wish.policy, programs, { mode, hasSoak: options.withoutSoak !== true });
  const blueprint = {
    ...wish.blueprint,
    policies: new Map([[confinement.id, policy]]),
    // A waiver for something else isn't idle because that isn't looked at.
    waivers: wish.blueprint.waivers.filter(({ finding }) => /^(?:confinement\/|\*)/.test(finding)),
  };
  const recording = await openRecording(options);
  const look = (host: Host) =>
    audit({ host, blueprint, controls: [confinement], version: freeholdVersion(), startedAt: new Date() });
  return withHost(target, async (host) => {
    const command = `confine ${mode}`;
    if (options.dryRun !== true) requireChangeable(host, command, { needsRoot: true });
    await warnOfUnfinishedRun(host);
    await requireInstalled(host, policy);
    const { watch } = options;
    const watched =
      watch === undefined || options.dryRun === true
        ? undefined
        : { seconds: watch, sinceMs: await requireWatchable(host), ...(await watchedOf(host, policy)) };
    return changeMachine({
      target,
      host,
      before: await look(host),
      options: watch === undefined ? options : { ...options, confirmWithin: watch + WATCH_GRACE_SECONDS },
      recording,
      command,
      audit: look,
      ...(watched !== undefined && { hold: (runId: string) => watchRun(host, { ...watched, runId }) }),
    });
  });
}

/** A program is a path; what isn't one is the machine, and comes last. */
function split(words: readonly string[]): {
  readonly programs: readonly string[];
  readonly address: string | undefined;
} {
  const last = words.at(-1);
  const hasHost = last !== undefined && words.length > 1 && !last.startsWith('/');
  const programs = hasHost ? words.slice(0, -1) : words;
  const wrong = programs.find((word) => !absolutePath.safeParse(word).success);
  if (wrong === undefined) return { programs, address: hasHost ? last : undefined };
  const message = `${JSON.stringify(wrong)} is no path of a program.`;
  throw usage('program', message, 'Programs are named by their paths: /usr/sbin/cupsd. The machine comes after them.');
}

/** Of the blueprint, what it says of these programs: which profile, what of its children, what must have been seen first. */
function narrowed(
  { programs: wished, compare }: ConfinementPolicy,
  programs: readonly string[],
  { mode, hasSoak }: { readonly mode: WishedMode; readonly hasSoak: boolean },
): ConfinementPolicy {
  const wishes = programs.map((program): readonly [string, ProgramWish] => {
    const { soak, ...wish } = wished[program] ?? { mode };
    // Children that the blueprint has in another mode stay so when the program is enforced; when it complains, so do they.
    const { children, ...rest } = wish;
    return [
      program,
      {
        ...rest,
        mode,
        ...(mode === 'enforce' && children !== undefined && { children }),
        ...(mode === 'enforce' && hasSoak && soak !== undefined && { soak }),
      },
    ];
  });
  return { programs: Object.fromEntries(wishes), compare, allowed: [], without: [] };
}

async function requireInstalled(host: Host, { programs }: ConfinementPolicy): Promise<void> {
  const stats = await Promise.all(
    Object.keys(programs).map(async (program) => ({ program, stat: await host.stat(program) })),
  );
  const missing = stats.filter(({ stat }) => stat.kind === 'missing').map(({ program }) => program);
  if (missing.length === 0) return;
  throw usage(
    'missing',
    `${missing.join(', ')} isn’t on ${host.facts.address}.`,
    '`freehold confine status` shows what is.',
  );
}

/** Labels whose denials are to be looked for, and which of them the profiles' own rules mean. */
async function watchedOf(host: Host, policy: ConfinementPolicy): Promise<Pick<WatchOptions, 'profiles' | 'isMeant'>> {
  const state = await confinement.observe(
    host,
    { ...policy, compare: false },
    { now: new Date(), advisories: noAdvisories },
  );
  const views = subjectsOf(state, policy).flatMap(({ attached }) =>
    attached.kind === 'profile' ? [attached.profile] : [],
  );
  const paths = [...new Set(views.flatMap(({ file }) => (file === undefined ? [] : [file.path])))].sort();
  const { tree } = await loadPolicyTree(host, paths, PARSE);
  const profiles = paths.flatMap((path) => parsePolicy(path, tree, PARSE).profiles);
  return { profiles: views.map(({ label }) => label), isMeant: (event) => isDeniedOnPurpose(profiles, event) };
}

function usage(code: string, message: string, hint: string): FreeholdError {
  return new FreeholdError('usage', [{ code: `confine/${code}`, level: 'error', message, hint }]);
}
