import { type Command, Option } from 'commander';
import { DEFAULT_MEASURES } from '../apparmor/learn/measures.ts';
import { DIALECTS } from '../apparmor/language/syntax.ts';
import type { ConfineLearnOptions } from './confine-learn.ts';
import { parseDuration } from './duration.ts';
import { wholeNumber } from './fleet-options.ts';
import type { ConfineParts } from './confine-parts.ts';

const EXIT_CODES = `
Exit codes:
  0   learned; nothing waits for a person
  1   decisions wait for a person, and what is certain is written; or nothing is written, as the log has nothing of the
      profile, the rules are over the budget, or the parser refuses them
  2   bad input or usage
  3   a log could not be read, or the profile was changed by somebody else meanwhile`;

const MOST_RULES = 100_000;
/** A program that wrote nothing for so long has ended, or waits for a person: what follows is a run of its own. */
const GAP_SECONDS = 60;

/** `freehold confine learn` */
export function addConfineLearn(confine: Command, { end }: ConfineParts): void {
  confine
    .command('learn')
    .description('write the rules that a program needs, from what the log says it did in several runs; asks nothing')
    .argument('<program-or-profile>', 'the path of a program, the name of a profile, or the file of one')
    .option(
      '--log <file>',
      'a log of auditd, the journal (-o json), syslog or the ring; - is standard input; may be said more than once (default: the logs of this machine)',
      several,
    )
    .addOption(
      new Option(
        '--runs <rule>',
        'what a run is: each file, or what lies between pauses of --gap (default: files where several are named)',
      ).choices(['files', 'gaps']),
    )
    .addOption(
      new Option('--gap <duration>', 'a pause that ends a run')
        .argParser(parseDuration)
        .default(GAP_SECONDS, `${String(GAP_SECONDS)}s`),
    )
    .option('--policy <folder>', 'where profiles and abstractions are', '/etc/apparmor.d')
    .addOption(
      new Option('--dialect <version>', 'the AppArmor that shall take the profile')
        .choices([...DIALECTS])
        .default('3.0'),
    )
    .option(
      '--allow-exec <program>',
      'let this program be executed under the same rules; may be said more than once',
      several,
    )
    .option(
      '--allow-sensitive <id>',
      'learn accesses to this kind of sensitive path as well; may be said more than once',
      several,
    )
    .addOption(
      new Option('--max-rules <number>', 'write nothing when it takes more new rules')
        .argParser((text) => wholeNumber(text, { from: 1, to: MOST_RULES }))
        .default(DEFAULT_MEASURES.maxRules),
    )
    .addOption(
      new Option('--max-compile <duration>', 'write nothing when the profile takes longer to compile')
        .argParser(parseDuration)
        .default(10, '10s'),
    )
    .option('--write', 'put the rules into the profile, or write the new one')
    .option('-o, --output <file>', 'write the whole profile to a file instead')
    .addOption(
      new Option('-f, --format <format>', 'the diff with the report, the report as JSON, or the diff alone')
        .choices(['terminal', 'json', 'diff'])
        .default('terminal'),
    )
    .addHelpText('after', EXIT_CODES)
    .action(async (subject: string, options: ConfineLearnOptions) => {
      end(await (await import('./confine-learn.ts')).confineLearnCommand(subject, options));
    });
}

function several(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
