import { type Command, Option } from 'commander';
import { DIALECTS } from '../apparmor/language/syntax.ts';
import type { ConfineLintCommandOptions } from './confine-lint.ts';
import type { ConfineParts } from './confine-parts.ts';

/** `freehold confine lint`: what is weak in profiles. */
export function addConfineLint(confine: Command, { end, failOn }: ConfineParts): void {
  confine
    .command('lint')
    .argument('[paths...]', 'profiles, or folders of them (default: /etc/apparmor.d)')
    .description('say what is weak in AppArmor profiles, why, and what to write instead')
    .addOption(
      new Option('-f, --format <format>', 'how to show it').choices(['terminal', 'json', 'sarif']).default('terminal'),
    )
    .option('-o, --output <file>', 'write it to a file instead of standard output')
    .addOption(
      new Option(
        '--dialect <version>',
        'whose language the profiles are in (default: that of the apparmor_parser here)',
      ).choices(DIALECTS),
    )
    .option('--base <folder>', 'where includes in <…> are looked for (default: /etc/apparmor.d)')
    .option('--features <file>', 'what the kernel of the target enforces, as `aa-features-abi -x` writes it')
    .addOption(failOn())
    .action(async (paths: readonly string[], options: ConfineLintCommandOptions) => {
      end((await import('./confine-lint.ts')).confineLintCommand(paths, options));
    });
}
