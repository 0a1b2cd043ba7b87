import { type Command, Option } from 'commander';
import { withConnection } from './connection.ts';
import type { ConfineCanOptions } from './confine-can.ts';
import type { ConfineDiffOptions } from './confine-diff.ts';
import type { ConfineReplayOptions } from './confine-replay.ts';
import type { ConfineParts } from './confine-parts.ts';

const CAN_EXIT_CODES = `
Exit codes:
  0   all of it is allowed
  1   something of it is denied
  2   bad input or usage
  3   the machine or a tool could not be reached, or it is not known`;

const DIFF_EXIT_CODES = `
Exit codes:
  0   A grants nothing beyond B: that is a proof
  1   A grants something beyond B
  2   bad input or usage
  3   the machine or a tool could not be reached, or it is not known`;

const REPLAY_EXIT_CODES = `
Exit codes:
  0   all of it is allowed
  1   something of it would be denied
  2   bad input or usage
  3   the machine or a tool could not be reached, something is not known, or the logs hold no access`;

type CanInput = [string, string | undefined, string | undefined, ConfineCanOptions];

/** `freehold confine can`: what a policy permits. */
export function addConfineCan(confine: Command, parts: ConfineParts): void {
  withCompiling(confine.command('can'), parts)
    .description('say whether a program may do something, by the very policy that the kernel gets')
    .argument('<profile-or-program>', 'a profile by its name or its file, a compiled policy, or a program by its path')
    .argument('[permissions]', 'for a file: letters of r w a l k m x')
    .argument('[path]', 'the file; a folder ends with a slash')
    .option('--owner', 'only for files that belong to who asks')
    .option('--other', 'only for files of others')
    .option('--target <path>', 'with l: what the hard link leads to')
    .option('--capability <name>', 'instead of a file: a capability, such as net_raw')
    .option('--network <what>', 'instead of a file: a family and a type of sockets, such as "inet stream"')
    .option(
      '--ask <question>',
      'instead of a file: a question in the words of a rule, such as "signal send set=term peer=unconfined"',
    )
    .option('--policy <file>', 'the file that the profile is in (default: looked for in --base)')
    .addHelpText('after', CAN_EXIT_CODES)
    .action(async (...[subject, permissions, path, options]: CanInput) => {
      parts.end(await (await import('./confine-can.ts')).confineCanCommand({ subject, permissions, path }, options));
    });
}

/** `freehold confine diff`: what one policy grants beyond another. */
export function addConfineDiff(confine: Command, parts: ConfineParts): void {
  withCompiling(confine.command('diff'), parts)
    .description(
      'say exactly what policy A grants beyond policy B, with shortest examples; or nothing, which is a proof',
    )
    .argument('<a>', 'a file with profiles, or a compiled policy')
    .argument('<b>', 'another')
    .option('--base-b <folder>', 'where the includes of B lie (default: as of A)')
    .addHelpText('after', DIFF_EXIT_CODES)
    .action(async (a: string, b: string, options: ConfineDiffOptions) => {
      parts.end(await (await import('./confine-diff.ts')).confineDiffCommand(a, b, options));
    });
}

/** `freehold confine replay`: what of recorded behaviour a policy would deny. */
export function addConfineReplay(confine: Command, parts: ConfineParts): void {
  withCompiling(confine.command('replay'), parts)
    .description('say which recorded accesses a policy would deny now')
    .argument('<profile>', 'a file with profiles, or a compiled policy')
    .argument('<logs...>', 'audit logs, journals or kernel logs, plain or packed by gzip; - is standard input')
    .addHelpText('after', REPLAY_EXIT_CODES)
    .action(async (profile: string, logs: readonly string[], options: ConfineReplayOptions) => {
      parts.end(await (await import('./confine-replay.ts')).confineReplayCommand({ profile, logs }, options));
    });
}

function withCompiling(command: Command, { host }: ConfineParts): Command {
  return withConnection(command.option('--host <host>', host))
    .option('--features <file>', "a features file to compile with (default: the kernel's of that machine)")
    .option('--base <folder>', 'where profiles and their includes lie (default: /etc/apparmor.d)')
    .addOption(new Option('-f, --format <format>', 'how to show it').choices(['terminal', 'json']).default('terminal'));
}
