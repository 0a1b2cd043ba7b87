import { type Command, Option } from 'commander';
import type { WishedMode } from '../controls/confinement/policy.ts';
import type { ConfineModeCommandOptions } from './confine-mode.ts';
import { parseDuration } from './duration.ts';
import type { ConfineParts } from './confine-parts.ts';
import type { RollbackCommandOptions } from './rollback.ts';

const ROLLBACK_EXIT_CODES = `
Exit codes:
  0   taken back, or nothing of it stands any more
  2   bad input or usage; there is no such run, or none that changed profiles
  3   the machine can't be reached or refused, or somebody else has changed the files since`;

/** `freehold confine enforce`, `complain` and `rollback` */
export function addConfineMode(confine: Command, parts: ConfineParts): void {
  addMode(confine.command('enforce'), parts, 'enforce')
    .description('have the profiles of programs enforced: what they don’t allow doesn’t happen any more')
    .option('--without-soak', 'whatever the blueprint says must have been seen in complain mode first')
    .addOption(
      new Option(
        '--watch <duration>',
        'watch the log for so long, and go back at once when something is denied (90s, 10m)',
      )
        .argParser(parseDuration)
        .conflicts('confirmWithin'),
    );
  addMode(confine.command('complain'), parts, 'complain').description(
    'have the profiles of programs complain: what they don’t allow happens, and is written down',
  );
  parts
    .common(confine.command('rollback'))
    .description('take back a run that changed profiles: those of before are loaded again')
    .argument('[run]', 'the id that `freehold runs` shows; last is the newest that changed profiles and stands', 'last')
    .option('--host <host>', parts.host)
    .option(
      '--force',
      'also put back what was changed by somebody else since; what is replaced is kept in the run folder',
    )
    .addHelpText('after', ROLLBACK_EXIT_CODES)
    .action(async (id: string, options: RollbackCommandOptions) => {
      parts.end(await (await import('./confine-rollback.ts')).confineRollbackCommand(id, options));
    });
}

function addMode(command: Command, { changing, common, end, failOn, host }: ConfineParts, mode: WishedMode): Command {
  return changing(common(command))
    .argument('<programs...>', `paths of programs, and behind them the machine (${host})`)
    .addOption(failOn())
    .action(async (words: readonly string[], options: ConfineModeCommandOptions) => {
      end(await (await import('./confine-mode.ts')).confineModeCommand(mode, words, options));
    });
}
