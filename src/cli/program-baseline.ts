import { type Command, Option } from 'commander';
import type { ExitCode } from '../core/error.ts';
import type { BaselineCheckCommandOptions } from './baseline-check.ts';
import type { BaselineCreateCommandOptions } from './baseline-create.ts';
import type { BaselineShowCommandOptions } from './baseline-show.ts';
import type { BaselineUpdateCommandOptions } from './baseline-update.ts';

export interface BaselineParts {
  readonly end: (code: ExitCode) => void;
  /** Adds what every command on one machine and with a blueprint has. */
  readonly common: (command: Command) => Command;
  /** What the machine can be. */
  readonly host: string;
  readonly failOn: () => Option;
  readonly formats: readonly string[];
}

/** The commands about baselines of files. */
export function addBaselineCommands(program: Command, { end, common, host, failOn, formats }: BaselineParts): void {
  const baseline = program
    .command('baseline')
    .description('signed lists of files: how they were, and what changed since');

  common(baseline.command('create'))
    .description('write a list of all files of some trees onto the machine, signed with the key of this computer')
    .argument('[host]', host)
    .option('--force', 'replace the baseline that is there, unseen')
    .action(async (address: string | undefined, options: BaselineCreateCommandOptions) => {
      end(await (await import('./baseline-create.ts')).baselineCreateCommand(address, options));
    });

  common(baseline.command('update'))
    .description('show what is different from the baseline, and take it in if somebody says that it was meant')
    .argument('[host]', host)
    .option('-n, --dry-run', 'show what is different and write nothing')
    .option('-y, --yes', "don't ask")
    .option('--paranoid', 'read files that look untouched as well')
    .action(async (address: string | undefined, options: BaselineUpdateCommandOptions) => {
      end(await (await import('./baseline-update.ts')).baselineUpdateCommand(address, options));
    });

  common(baseline.command('check'))
    .description('hold the machine against its baseline and report every difference, as an audit does')
    .argument('[host]', host)
    .addOption(new Option('-f, --format <format>', 'how to show the report').choices(formats).default('terminal'))
    .option('-o, --output <file>', 'write the report to a file instead of standard output')
    .addOption(failOn())
    .option('--paranoid', 'read files that look untouched as well')
    .action(async (address: string | undefined, options: BaselineCheckCommandOptions) => {
      end(await (await import('./baseline-check.ts')).baselineCheckCommand(address, options));
    });

  common(baseline.command('show'))
    .description('show what a baseline is of and who signed it, or all of it')
    .argument('[host]', host)
    .addOption(
      new Option('-f, --format <format>', 'a summary, or every path as JSON lines')
        .choices(['terminal', 'jsonl'])
        .default('terminal'),
    )
    .action(async (address: string | undefined, options: BaselineShowCommandOptions) => {
      end(await (await import('./baseline-show.ts')).baselineShowCommand(address, options));
    });
}
