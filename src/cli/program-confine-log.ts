import { type Command, Option } from 'commander';
import type { ConfineLogOptions } from './confine-log.ts';
import { withConnection } from './connection.ts';
import type { ConfineParts } from './confine-parts.ts';

/** `freehold confine log` */
export function addConfineLog(confine: Command, { end, host }: ConfineParts): void {
  withConnection(confine.command('log'))
    .description('show what AppArmor allowed, denied or was asked to write down, alike accesses together')
    .argument('[host]', host)
    .option(
      '--log <file...>',
      'read these files of this computer instead, plain or packed by gzip; - is standard input',
    )
    .option('--since <time>', 'nothing before: 2026-11-20, 2026-11-20T08:00Z, or so long ago: 90m, 24h, 7d')
    .option('--until <time>', 'nothing after')
    .option('--all', 'list everything, not the most frequent alone')
    .addOption(new Option('-f, --format <format>', 'how to show it').choices(['terminal', 'json']).default('terminal'))
    .action(async (address: string | undefined, options: ConfineLogOptions) => {
      end(await (await import('./confine-log.ts')).confineLogCommand(address, options));
    });
}
