import process from 'node:process';
import { confinement } from '../controls/index.ts';
import { statusOf } from '../controls/confinement/status.ts';
import type { ConfinementStatus } from '../core/confinement-status.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { noAdvisories } from '../core/surroundings.ts';
import { renderConfinement } from '../report/confinement/terminal.ts';
import { stringifySorted } from '../report/json.ts';
import { type ConfineOptions, loadConfinementWish } from './confine-wish.ts';
import { writeOutput } from './output.ts';
import { targetOf, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';
import { warnOfUnfinishedRun } from './unfinished.ts';

export interface ConfineStatusCommandOptions extends ConfineOptions {
  readonly format: 'terminal' | 'json';
  readonly output?: string;
  readonly privileged: boolean;
}

/** `freehold confine status` */
export async function confineStatusCommand(
  address: string | undefined,
  options: ConfineStatusCommandOptions,
): Promise<ExitCode> {
  const { policy: wished } = await loadConfinementWish(options);
  const policy = {
    ...wished,
    apparmor: undefined,
    compare: false,
    listening: 'report' as const,
    privileged: options.privileged ? ('report' as const) : undefined,
  };
  const now = new Date();
  const status = await withHost(targetOf(address, options), async (host): Promise<ConfinementStatus> => {
    const [state] = await Promise.all([
      confinement.observe(host, policy, { now, advisories: noAdvisories }),
      warnOfUnfinishedRun(host),
    ]);
    return {
      format: 'freehold.confinement/1',
      host: host.facts,
      startedAt: now.toISOString(),
      ...statusOf(state, policy),
    };
  });
  const terminal = terminalOptions(process.stdout);
  const color = terminal.color && options.output === undefined;
  writeOutput(
    options.format === 'json' ? stringifySorted(status) : renderConfinement(status, { ...terminal, color }),
    options.output,
  );
  return EXIT.clean;
}
