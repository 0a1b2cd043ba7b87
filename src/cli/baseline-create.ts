import { readStored, takeBaseline } from '../controls/integrity/baseline/observe.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { requireChangeable } from '../engine/apply.ts';
import { type BaselineOptions, baselineError, loadBaselineWish, warn } from './baseline-wish.ts';
import { writeBaseline } from './baseline-write.ts';
import { targetOf, withHost } from './session.ts';

export interface BaselineCreateCommandOptions extends BaselineOptions {
  readonly force?: boolean;
}

/** `freehold baseline create` */
export async function baselineCreateCommand(
  address: string | undefined,
  options: BaselineCreateCommandOptions,
): Promise<ExitCode> {
  const { policy, trust } = await loadBaselineWish(options);
  return withHost(targetOf(address, options), async (host) => {
    requireChangeable(host, 'baseline create', { needsRoot: true });
    const stored = await readStored(host, policy);
    if (stored.kind !== 'missing' && options.force !== true) {
      throw baselineError('usage', {
        code: 'exists',
        message: `${host.facts.address} has a baseline ${policy.name} already.`,
        hint: '`freehold baseline update` shows what is different and takes it in. With --force it is replaced unseen.',
      });
    }
    const taken = await takeBaseline(host, policy);
    if (taken.kind === 'failed') throw baselineError('unreachable', { code: 'not-taken', message: taken.reason });
    warn(taken.problems);
    await writeBaseline(host, { ...taken, policy, trust });
    return EXIT.clean;
  });
}
