import { type Command, Option } from 'commander';
import type { ExitCode } from '../core/error.ts';
import type {
  EvidenceExportOptions,
  EvidenceListOptions,
  EvidenceShowOptions,
  EvidenceVerifyOptions,
} from './evidence.ts';
import { wholeNumber } from './fleet-options.ts';
import type { KeysInitCommandOptions } from './keys.ts';

const SHOWN_RUNS = 50;
const FORMATS = ['terminal', 'json'];

/** The commands about keys and evidence. */
export function addEvidenceCommands(program: Command, end: (code: ExitCode) => void): void {
  addKeys(program.command('keys').description('the keys that runs are signed with'), end);
  const evidence = program.command('evidence').description('what was recorded of runs: signed, chained and provable');

  withFolder(evidence.command('list'))
    .description('list the runs that were recorded, newest first')
    .addOption(format())
    .addOption(
      new Option('--last <number>', 'so many of them')
        .argParser((text) => wholeNumber(text, { from: 1, to: Number.MAX_SAFE_INTEGER }))
        .default(SHOWN_RUNS),
    )
    .action(async (options: EvidenceListOptions) => {
      end((await import('./evidence.ts')).evidenceListCommand(options));
    });

  withFolder(evidence.command('show'))
    .description('show one run that was recorded')
    .argument('[id]', 'the number that `freehold evidence list` shows', 'last')
    .addOption(format())
    .option('--report', 'print the report that was signed for, byte for byte, and nothing else')
    .action(async (id: string, options: EvidenceShowOptions) => {
      end((await import('./evidence.ts')).evidenceShowCommand(id, options));
    });

  withFolder(evidence.command('verify'))
    .description('look at every signature, the chain, the tree and every report; exit 1 when anything was changed')
    .option('--checkpoint <file>', 'a checkpoint that was kept elsewhere: shows that the end was not cut off since')
    .action(async (options: EvidenceVerifyOptions) => {
      end((await import('./evidence.ts')).evidenceVerifyCommand(options));
    });

  withFolder(evidence.command('export'))
    .description('write all that anybody needs to verify one run without Freehold')
    .argument('[id]', 'the number that `freehold evidence list` shows', 'last')
    .option('--to <folder>', 'where to; it must not be there yet (default: evidence-ID)')
    .action(async (id: string, options: EvidenceExportOptions) => {
      end((await import('./evidence.ts')).evidenceExportCommand(id, options));
    });
}

/** What every command that leaves evidence can be told. */
export function withEvidence(command: Command): Command {
  return command
    .option('--evidence', 'record the run, or end with exit code 3; without keys nothing is begun')
    .option('--no-evidence', 'record nothing, whatever keys there are');
}

function addKeys(keys: Command, end: (code: ExitCode) => void): void {
  keys
    .command('init')
    .description('make a key to sign runs with, and an empty ledger; from then on runs are recorded')
    .option('--ssh-agent [comment]', 'sign with an Ed25519 key of the ssh agent instead of one in a file')
    .option('--command <argv>', 'sign with a program, a list in JSON: bytes on its input, the signature on its output')
    .option('--public-key <file>', 'the public key of --command, or which of the agent')
    .option('--force', 'put the keys that are here aside, with their ledger, and begin a new one')
    .action(async (options: KeysInitCommandOptions) => {
      end(await (await import('./keys.ts')).keysInitCommand(options));
    });
  keys
    .command('show')
    .description('show the public key in every form')
    .action(async () => {
      end((await import('./keys.ts')).keysShowCommand());
    });
  keys
    .command('list')
    .description('list the keys, with those that were put aside')
    .action(async () => {
      end((await import('./keys.ts')).keysListCommand());
    });
}

function withFolder(command: Command): Command {
  return command
    .option('--folder <folder>', 'another folder of evidence: one that was put aside, or a copy')
    .option('--key <file>', 'the public key that counts, instead of the one that lies beside the ledger');
}

function format(): Option {
  return new Option('-f, --format <format>', 'how to show it').choices(FORMATS).default('terminal');
}
