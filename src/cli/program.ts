import { Argument, Command, Option } from 'commander';
import { PRESETS } from '../blueprint/preset-shelf.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { SEVERITIES } from '../core/severity.ts';
import type { ApplyCommandOptions } from './apply.ts';
import type { AuditCommandOptions } from './audit.ts';
import type { InitCommandOptions } from './init.ts';
import type { PlanCommandOptions } from './plan.ts';
import type { RollbackCommandOptions } from './rollback.ts';
import type { RunsCommandOptions } from './runs.ts';
import type { SchemaName } from './schema.ts';
import { freeholdVersion } from './version.ts';

const AUDIT_FORMATS = ['terminal', 'json', 'html', 'junit', 'sarif', 'markdown'];
const PLAN_FORMATS = ['terminal', 'json', 'markdown'];

const EXIT_CODES = `
Exit codes:
  ${String(EXIT.clean)}   nothing at or over --fail-on
  ${String(EXIT.findings)}   findings at or over --fail-on, or a plan that would change something
  ${String(EXIT.usage)}   bad input or usage
  ${String(EXIT.unreachable)}   the machine or a tool could not be reached, or failed, or refused
  ${String(EXIT.bug)}  a bug in Freehold`;

/** The command line: what can be typed, and which file does it. Commands load when they are called. */
export function createProgram(end: (code: ExitCode) => void): Command {
  const program = new Command('freehold')
    .description('States how every machine should be, measures how it is, and brings it there safely.')
    .version(freeholdVersion())
    .exitOverride()
    .showHelpAfterError('(freehold --help shows every command)')
    .addHelpText('after', EXIT_CODES);

  withBlueprint(program.command('audit'))
    .description('compare this machine with a blueprint and report every difference')
    .addOption(new Option('-f, --format <format>', 'how to show the report').choices(AUDIT_FORMATS).default('terminal'))
    .option('-o, --output <file>', 'write the report to a file instead of standard output')
    .option('--html <file>', 'also write the report as one HTML page')
    .addOption(failOn())
    .option('-q, --quiet', 'only the result')
    .option('-v, --verbose', 'everything: what passed, why it matters, sources')
    .action(async (options: AuditCommandOptions) => {
      end(await (await import('./audit.ts')).auditCommand(options));
    });

  withBlueprint(program.command('plan'))
    .description('show what apply would change, as a diff; changes nothing')
    .addOption(new Option('-f, --format <format>', 'how to show the plan').choices(PLAN_FORMATS).default('terminal'))
    .option('-o, --output <file>', 'write the plan to a file instead of standard output')
    .action(async (options: PlanCommandOptions) => {
      end(await (await import('./plan.ts')).planCommand(options));
    });

  withBlueprint(program.command('apply'))
    .description('make the changes in one transaction, then audit again')
    .option('-n, --dry-run', 'show the plan and write nothing')
    .option('-y, --yes', "don't ask before the first change")
    .option('--allow-irreversible', 'also make changes that only a reboot takes back')
    .addOption(failOn())
    .action(async (options: ApplyCommandOptions) => {
      end(await (await import('./apply.ts')).applyCommand(options));
    });

  program
    .command('rollback')
    .description('take back a run: the last one, or the one that is named')
    .argument('[run]', 'the id that `freehold runs` shows', 'last')
    .option(
      '--force',
      'also put back what was changed by somebody else since; what is replaced is kept in the run folder',
    )
    .action(async (id: string, options: RollbackCommandOptions) => {
      end(await (await import('./rollback.ts')).rollbackCommand(id, options));
    });

  program
    .command('resume')
    .description('finish a run that was interrupted')
    .argument('[run]', 'the id that `freehold runs` shows', 'last')
    .action(async (id: string) => {
      end(await (await import('./rollback.ts')).resumeCommand(id));
    });

  program
    .command('runs')
    .description('list what was applied on this machine')
    .addOption(
      new Option('-f, --format <format>', 'how to show the list').choices(['terminal', 'json']).default('terminal'),
    )
    .action(async (options: RunsCommandOptions) => {
      end(await (await import('./runs.ts')).runsCommand(options));
    });

  program
    .command('explain')
    .description('teach a finding or a key: what it is, why it matters, what it may break, how to check it by hand')
    .argument('[topic]', 'a finding id or a key such as net.ipv4.ip_forward; without it, all topics are listed')
    .action(async (topic: string | undefined) => {
      end((await import('./explain.ts')).explainCommand(topic));
    });

  program
    .command('init')
    .description('write a commented starter blueprint for this machine')
    .argument('[file]', 'where to write it', 'freehold.yaml')
    .addOption(new Option('--preset <preset>', 'the preset to start from').choices([...PRESETS]))
    .option('--force', 'replace the file if it exists')
    .action(async (file: string, options: InitCommandOptions) => {
      end(await (await import('./init.ts')).initCommand(file, options));
    });

  program
    .command('schema')
    .description('print the JSON Schema of blueprints, or of what Freehold writes')
    .addArgument(new Argument('[of]', 'which schema').choices(['blueprint', 'audit', 'plan']).default('blueprint'))
    .action(async (of: SchemaName) => {
      end((await import('./schema.ts')).schemaCommand(of));
    });

  return program;
}

function withBlueprint(command: Command): Command {
  return command.option(
    '-b, --blueprint <file-or-preset>',
    'the wish: a file, or the name of a preset (default: freehold.yaml here, then /etc/freehold/freehold.yaml, then the preset baseline)',
  );
}

function failOn(): Option {
  return new Option('--fail-on <severity>', 'exit 1 from this severity on')
    .choices([...SEVERITIES, 'never'])
    .default('low');
}
