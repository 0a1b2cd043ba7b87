import { type Command, Option } from 'commander';
import type { ConfineStatusCommandOptions } from './confine-status.ts';
import type { ConfineParts } from './confine-parts.ts';

/** `freehold confine status` */
export function addConfineStatus(confine: Command, { common, end, host }: ConfineParts): void {
  common(confine.command('status'))
    .description(
      'show what is confined, in which mode, now and at the next boot, and what listens or is setuid without a profile',
    )
    .argument('[host]', host)
    .addOption(new Option('-f, --format <format>', 'how to show it').choices(['terminal', 'json']).default('terminal'))
    .option('-o, --output <file>', 'write it to a file instead of standard output')
    .option('--no-privileged', "don't search the disk for setuid programs and capabilities")
    .action(async (address: string | undefined, options: ConfineStatusCommandOptions) => {
      end(await (await import('./confine-status.ts')).confineStatusCommand(address, options));
    });
}
