import { isDeniedOnPurpose } from '../apparmor/denied-on-purpose.ts';
import { parsePolicy } from '../apparmor/language/parse-policy.ts';
import { observeProfiles } from '../controls/confinement/observe.ts';
import { loadPolicyTree } from '../controls/confinement/policy-sources/observe.ts';
import { confinement } from '../controls/index.ts';
import type { ConfinementPolicy, WishedMode } from '../controls/confinement/policy.ts';
import { subjectsOf } from '../controls/confinement/programs/subject.ts';
import type { ExitCode } from '../core/error.ts';
import { requireChangeable } from '../engine/apply.ts';
import { audit } from '../engine/audit.ts';
import type { Host } from '../host/host.ts';
import { changeMachine, type ChangeMachineOptions } from './change-machine.ts';
import { tryProfiles } from './confine-probe.ts';
import { policyOf, programsAndMachine, requireInstalled } from './confine-programs.ts';
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

/** The machine goes back by itself if nobody comes to say how the watch ended; what was changed is looked at and tried before it begins. */
const WATCH_GRACE_SECONDS = 120;
/** The newest language has all of the older ones; a rule that is misread only makes the watch stricter. */
const PARSE = { dialect: '5.0' } as const;

/** `freehold confine enforce` and `freehold confine complain`: the blueprint's wish for these programs, and nothing else of it. */
export async function confineModeCommand(
  mode: WishedMode,
  words: readonly string[],
  options: ConfineModeCommandOptions,
): Promise<ExitCode> {
  const { programs, address } = programsAndMachine(words);
  const target = targetOf(address, options);
  const wish = await loadConfinementWish(options);
  const policy = policyOf(wish.policy, programs, { mode, hasSoak: options.withoutSoak !== true });
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
      ...(mode === 'enforce' && { prove: () => tryProfiles(host, policy) }),
      ...(watched !== undefined && { hold: (runId: string) => watchRun(host, { ...watched, runId }) }),
    });
  });
}

/** Labels whose denials are to be looked for, and which of them the profiles' own rules mean. */
async function watchedOf(host: Host, policy: ConfinementPolicy): Promise<Pick<WatchOptions, 'profiles' | 'isMeant'>> {
  const views = subjectsOf(await observeProfiles(host, policy), policy).flatMap(({ attached }) =>
    attached.kind === 'profile' ? [attached.profile] : [],
  );
  const paths = [...new Set(views.flatMap(({ file }) => (file === undefined ? [] : [file.path])))].sort();
  const { tree } = await loadPolicyTree(host, paths, PARSE);
  const profiles = paths.flatMap((path) => parsePolicy(path, tree, PARSE).profiles);
  return { profiles: views.map(({ label }) => label), isMeant: (event) => isDeniedOnPurpose(profiles, event) };
}
