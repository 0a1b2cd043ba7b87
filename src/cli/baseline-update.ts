import process from 'node:process';
import { AS_STORED, compare } from '../controls/integrity/baseline/compare.ts';
import type { Difference } from '../controls/integrity/baseline/difference.ts';
import { readEntries } from '../controls/integrity/baseline/lines.ts';
import { provedBaseline, takeBaseline } from '../controls/integrity/baseline/observe.ts';
import { pairsOf } from '../controls/integrity/baseline/pairs.ts';
import { shown } from '../core/byte-text.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { requireChangeable } from '../engine/apply.ts';
import { askYesNo } from './ask.ts';
import { type BaselineOptions, baselineError, loadBaselineWish, warn } from './baseline-wish.ts';
import { writeBaseline } from './baseline-write.ts';
import { targetOf, withHost } from './session.ts';

export interface BaselineUpdateCommandOptions extends BaselineOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly paranoid?: boolean;
}

/** More on a terminal is read by nobody. */
const SHOWN = 10_000;

/** `freehold baseline update` */
export async function baselineUpdateCommand(
  address: string | undefined,
  options: BaselineUpdateCommandOptions,
): Promise<ExitCode> {
  const { policy: wish, trust } = await loadBaselineWish(options);
  const policy = options.paranoid === true ? { ...wish, paranoid: true } : wish;
  return withHost(targetOf(address, options), async (host) => {
    if (options.dryRun !== true) requireChangeable(host, 'baseline update', { needsRoot: true });
    const earlier = await provedBaseline(host, policy, { trust, now: new Date() });
    if (earlier.kind !== 'proved') {
      throw baselineError('refused', {
        code: 'not-proved',
        message: `There is no baseline to go on from: ${earlier.reason}`,
        hint: 'Find out why. `freehold baseline create --force` makes a new one of the machine as it is now, unseen.',
      });
    }
    const taken = await takeBaseline(host, policy, earlier);
    if (taken.kind === 'failed') throw baselineError('unreachable', { code: 'not-taken', message: taken.reason });
    warn(taken.problems);
    const { differences, counts } = compare(
      pairsOf(readEntries(taken.bytes, taken.header), readEntries(earlier.bytes, earlier.header)),
      { look: AS_STORED, compared: policy.compare, kept: SHOWN },
    );
    for (const difference of differences) process.stdout.write(lineOf(difference));
    const count = counts.added + counts.removed + counts.changed;
    if (count > differences.length) process.stdout.write(`… and ${String(count - differences.length)} more\n`);
    process.stdout.write(
      `${String(counts.changed)} changed, ${String(counts.added)} added, ${String(counts.removed)} removed, ${String(counts.same)} as before\n`,
    );
    if (options.dryRun === true) return count > 0 ? EXIT.findings : EXIT.clean;
    const isMeant = options.yes === true || (await askYesNo('Was all of this meant? [y/N] ', NOBODY));
    if (!isMeant) return EXIT.findings;
    await writeBaseline(host, { ...taken, policy, trust });
    return EXIT.clean;
  });
}

const NOBODY = {
  message: 'Nobody is here to be asked whether all of this was meant.',
  hint: 'Say --yes to sign it, or --dry-run to only see it.',
};

function lineOf({ kind, path, entry, attributes }: Difference): string {
  const sign = { added: '+', removed: '-', changed: '~' }[kind];
  if (kind !== 'changed') return `${sign} ${shown(path)}  ${entry.type}\n`;
  const what = attributes
    .map(({ name, before, now }) => `${name} ${JSON.stringify(before)} → ${JSON.stringify(now)}`)
    .join(', ');
  return `${sign} ${shown(path)}  ${what}\n`;
}
