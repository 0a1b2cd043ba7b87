import process from 'node:process';
import { probeProfile, unknownProbe } from '../confinement/probe/probe-profile.ts';
import { sensitiveFiles } from '../confinement/probe/sensitive-files.ts';
import { observeProfiles } from '../controls/confinement/observe.ts';
import type { ConfinementPolicy } from '../controls/confinement/policy.ts';
import { type Subject, subjectsOf } from '../controls/confinement/programs/subject.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import type { ProbeReport, ProgramProbe } from '../core/probe-report.ts';
import type { Host } from '../host/host.ts';
import { renderProbes } from '../report/confinement/probe-terminal.ts';
import { stringifySorted } from '../report/json.ts';
import { policyOf, programsAndMachine, requireInstalled } from './confine-programs.ts';
import { type ConfineOptions, loadConfinementWish } from './confine-wish.ts';
import { targetOf, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';
import { freeholdVersion } from './version.ts';

export interface ConfineProbeOptions extends ConfineOptions {
  readonly format: 'terminal' | 'json';
}

/** `freehold confine probe` */
export async function confineProbeCommand(words: readonly string[], options: ConfineProbeOptions): Promise<ExitCode> {
  const { programs, address } = programsAndMachine(words);
  const wish = await loadConfinementWish(options);
  const policy = policyOf(wish.policy, programs, { mode: 'enforce', hasSoak: false });
  return withHost(targetOf(address, options), async (host) => {
    requireEnterable(host);
    await requireInstalled(host, policy);
    const probes = await probeAll(host, subjectsOf(await observeProfiles(host, policy), policy));
    if (options.format === 'json') {
      const tool = { name: 'freehold', version: freeholdVersion() } as const;
      const report: ProbeReport = { format: 'freehold.confine-probe/1', tool, host: host.facts.address, probes };
      process.stdout.write(stringifySorted(report));
    } else process.stdout.write(renderProbes(probes, terminalOptions(process.stdout)));
    return exitCodeOf(probes);
  });
}

/**
 * After a switch to enforce: tries the profiles that it was about, and answers whether none of them let through what it denies. Those
 * that have to complain for longer are not among them.
 */
export async function tryProfiles(host: Host, policy: ConfinementPolicy): Promise<boolean> {
  const subjects = subjectsOf(await observeProfiles(host, policy), policy).filter(
    ({ soak }) => soak?.kind !== 'waiting',
  );
  if (subjects.length === 0) return true;
  const probes = await probeAll(host, subjects);
  process.stdout.write(renderProbes(probes, terminalOptions(process.stdout)));
  return probes.every(({ result }) => result !== 'allowed');
}

/** One after the other, so that the log is read for one at a time. */
async function probeAll(host: Host, subjects: readonly Subject[]): Promise<readonly ProgramProbe[]> {
  const files = await sensitiveFiles(host);
  const probes: ProgramProbe[] = [];
  for (const { program, attached } of subjects) {
    probes.push(
      attached.kind === 'profile'
        ? await probeProfile(host, { program, profile: attached.profile, files })
        : unknownProbe(program, attached.kind === 'unclear' ? `${attached.reason}.` : 'It has no profile.'),
    );
  }
  return probes;
}

function exitCodeOf(probes: readonly ProgramProbe[]): ExitCode {
  if (probes.some(({ result }) => result === 'allowed' || result === 'denied-not-logged')) return EXIT.findings;
  return probes.some(({ result }) => result === 'unknown') ? EXIT.unreachable : EXIT.clean;
}

/** Only root can read what is to be denied, and only a kernel that is this machine's own has its profiles. */
function requireEnterable({ facts }: Host): void {
  const refuse = (code: string, message: string, hint: string): FreeholdError =>
    new FreeholdError('refused', [{ code: `confine/${code}`, level: 'error', message, hint }]);
  if (!facts.isRunning || facts.recordedAt !== undefined)
    throw refuse(
      'not-running',
      `${facts.address} doesn’t run: nothing can be tried there.`,
      'Name a machine that runs.',
    );
  if (facts.container !== null)
    throw refuse(
      'container',
      `${facts.address} is a container (${facts.container}): its AppArmor is that of its host.`,
      'Name the host.',
    );
  if (facts.isRoot) return;
  const hint =
    facts.address === 'local'
      ? 'Run it as root: sudo freehold confine probe'
      : 'Say --become sudo, or log in there as root.';
  throw refuse('not-root', '`freehold confine probe` enters profiles and needs root.', hint);
}
