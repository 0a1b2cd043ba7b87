import { type Command, Option } from 'commander';
import { DIALECTS } from '../apparmor/language/syntax.ts';
import type { ConfineLintCommandOptions, LintParts } from './confine-lint.ts';
import type { ConfineParts } from './confine-parts.ts';

/** `freehold confine lint`; `load` brings what it needs of the other parts once it is asked for. */
export function addConfineLint(
  confine: Command,
  { end, failOn }: Pick<ConfineParts, 'end' | 'failOn'>,
  load: () => Promise<LintParts>,
): void {
  confine
    .command('lint')
    .argument('[paths...]', 'profiles, or folders of them (default: /etc/apparmor.d)')
    .description('say what is weak in AppArmor profiles, why, and what to write instead')
    .addOption(
      new Option('-f, --format <format>', 'how to show it').choices(['terminal', 'json', 'sarif']).default('terminal'),
    )
    .option('-o, --output <file>', 'write it to a file instead of standard output')
    .addOption(new Option('--dialect <version>', 'whose language the profiles are in').choices(DIALECTS).default('3.0'))
    .option('--base <folder>', 'where includes in <…> are looked for (default: /etc/apparmor.d)')
    .option('--features <file>', 'what the kernel of the target enforces, as `aa-features-abi -x` writes it')
    .addOption(failOn())
    .action(async (paths: readonly string[], options: ConfineLintCommandOptions) => {
      const [{ confineLintCommand }, parts] = await Promise.all([import('./confine-lint.ts'), load()]);
      end(confineLintCommand(paths, options, parts));
    });
}
