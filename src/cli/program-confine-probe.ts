import { type Command, Option } from 'commander';
import type { ConfineParts } from './confine-parts.ts';
import type { ConfineProbeOptions } from './confine-probe.ts';

const EXIT_CODES = `
It opens a sensitive file for reading from inside the profile, reads nothing of it, and looks for the record of the
denial. That record is like one of an attack: who watches the log should know of it (its comm is freehold-probe).

Exit codes:
  0   each profile denies, and it is logged, or a rule says that it isn't
  1   something was allowed that the profile denies (in complain mode it is), or a denial was not logged
  2   bad input or usage
  3   the machine could not be reached or refused, or it isn't known`;

/** `freehold confine probe` */
export function addConfineProbe(confine: Command, { common, end, host }: ConfineParts): void {
  common(confine.command('probe'))
    .description('try from inside the profiles of programs whether what they deny is denied, and logged')
    .argument('<programs...>', `paths of programs, and behind them the machine (${host})`)
    .addOption(new Option('-f, --format <format>', 'how to show it').choices(['terminal', 'json']).default('terminal'))
    .addHelpText('after', EXIT_CODES)
    .action(async (words: readonly string[], options: ConfineProbeOptions) => {
      end(await (await import('./confine-probe.ts')).confineProbeCommand(words, options));
    });
}
