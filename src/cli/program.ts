import { Argument, Command, Option } from 'commander';
import { PRESETS } from '../blueprint/preset-names.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { SEVERITIES } from '../core/severity.ts';
import type { ApplyCommandOptions } from './apply.ts';
import type { AuditCommandOptions } from './audit.ts';
import type { DepsAuditCommandOptions } from './deps-audit.ts';
import type { DepsFixCommandOptions } from './deps-fix.ts';
import type { DepsSbomCommandOptions } from './deps-sbom.ts';
import type { DepsSyncCommandOptions } from './deps-sync.ts';
import type { DepsVexCommandOptions } from './deps-vex.ts';
import { parseDuration } from './duration.ts';
import { waveSize, wholeNumber, withFleet } from './fleet-options.ts';
import type { InitCommandOptions } from './init.ts';
import type { PlanCommandOptions } from './plan.ts';
import type { RecordCommandOptions } from './record.ts';
import { addBaselineCommands } from './program-baseline.ts';
import { addConfineCommands } from './program-confine.ts';
import { addEvidenceCommands, withEvidence } from './program-evidence.ts';
import type { EvidenceOptions } from './recording.ts';
import type { RollbackCommandOptions } from './rollback.ts';
import type { RunsCommandOptions } from './runs.ts';
import { type ConnectionOptions, withConnection } from './connection.ts';
import type { SchemaName } from './schema.ts';
import type { OneHostOptions } from './session.ts';
import type { VerifyCommandOptions } from './verify.ts';
import { freeholdVersion } from './version.ts';

const AUDIT_FORMATS = ['terminal', 'json', 'html', 'junit', 'sarif', 'markdown'];
const DEPS_FORMATS = [...AUDIT_FORMATS, 'pip-audit'];
const SBOM_FORMATS = ['cyclonedx', 'spdx', 'spdx-3'];
const PLAN_FORMATS = ['terminal', 'json', 'markdown'];

const HOST =
  'the machine: ssh://[user@]host[:port], podman://container, docker://container, nsenter://pid, image:path, a recording (.fhr), or local';
const HOSTS = `${HOST}; several at once, or names of the inventory`;

const IN =
  'only what lies in this folder, or this one file: a bill of materials (CycloneDX or SPDX, as JSON), a lock file, requirements; may be said more than once';

const EXIT_CODES = `
Exit codes:
  ${String(EXIT.clean)}   nothing at or over --fail-on
  ${String(EXIT.findings)}   findings at or over --fail-on, or a plan that would change something
  ${String(EXIT.usage)}   bad input or usage
  ${String(EXIT.unreachable)}   the machine or a tool could not be reached, or failed, or refused
  ${String(EXIT.untrusted)}   verify: signed by nobody who is pinned
  ${String(EXIT.unverifiable)}   verify: nothing that counts says anything of the file
  ${String(EXIT.bug)}  a bug in Freehold`;

const VERIFY_BLUEPRINT =
  'whose signatures count (integrity.trust): a file (default: freehold.yaml here, then /etc/freehold/freehold.yaml)';

const VERIFY_EXIT_CODES = `
Exit codes, the worst of all files:
  ${String(EXIT.clean)}   every file is verified
  ${String(EXIT.findings)}   tampered: not what a pinned key signed, or not what a list says
  ${String(EXIT.unreachable)}   a file could not be read
  ${String(EXIT.untrusted)}   untrusted: signed, but by nobody who is pinned
  ${String(EXIT.unverifiable)}   unverifiable: nothing that counts says anything of it
  ${String(EXIT.usage)}   bad input or usage`;

/** The command line: what can be typed, and which file does it. Commands load when they are called. */
export function createProgram(end: (code: ExitCode) => void): Command {
  const program = new Command('freehold')
    .description('States how every machine should be, measures how it is, and brings it there safely.')
    .version(freeholdVersion())
    .exitOverride()
    .showHelpAfterError('(freehold --help shows every command)')
    .addHelpText('after', EXIT_CODES);

  withEvidence(withAdvisories(withFleet(withConnection(withBlueprint(program.command('audit'))))))
    .description('compare machines with a blueprint and report every difference')
    .argument('[hosts...]', HOSTS)
    .addOption(new Option('-f, --format <format>', 'how to show the report').choices(AUDIT_FORMATS).default('terminal'))
    .option('-o, --output <file>', 'write the report to a file instead of standard output')
    .option('--html <file>', 'also write the report as one HTML page')
    .addOption(failOn())
    .option('--results <folder>', 'keep the result of each machine of many here, as it comes')
    .option('--resume', 'go on with the run of many machines that was interrupted last (or the one in --results)')
    .option('-q, --quiet', 'only the result')
    .option('-v, --verbose', 'everything: what passed, why it matters, sources')
    .action(async (hosts: readonly string[], options: AuditCommandOptions) => {
      end(await (await import('./audit.ts')).auditCommand(hosts, options));
    });

  withAdvisories(withConnection(withBlueprint(program.command('plan'))))
    .argument('[host]', HOST)
    .description('show what apply would change, as a diff; changes nothing')
    .addOption(new Option('-f, --format <format>', 'how to show the plan').choices(PLAN_FORMATS).default('terminal'))
    .option('-o, --output <file>', 'write the plan to a file instead of standard output')
    .action(async (host: string | undefined, options: PlanCommandOptions) => {
      end(await (await import('./plan.ts')).planCommand(host, options));
    });

  withChanging(withAdvisories(withFleet(withConnection(withBlueprint(program.command('apply'))))))
    .argument('[hosts...]', HOSTS)
    .description('make the changes in one transaction, then audit again')
    .addOption(
      new Option('--canary <number>', 'of many machines, change so many first, and the others if that went well')
        .argParser((text) => wholeNumber(text, { from: 0, to: Number.MAX_SAFE_INTEGER }))
        .default(0),
    )
    .addOption(
      new Option('--wave <size>', 'of many machines, change so many (5) or such a part (10%) before the next are begun')
        .argParser(waveSize)
        .default({ kind: 'share', percent: 100 }, 'all'),
    )
    .option('--keep-going', 'of many machines, change the others when one has failed')
    .option('--allow-irreversible', 'also make changes that only a reboot takes back')
    .addOption(failOn())
    .action(async (hosts: readonly string[], options: ApplyCommandOptions) => {
      end(await (await import('./apply.ts')).applyCommand(hosts, options));
    });

  withConnection(withBlueprint(program.command('record')))
    .description('write all that an audit would look at to one file, to be judged elsewhere')
    .argument('[host]', HOST)
    .option(
      '-o, --output <file>',
      'where to write it (default: the name of the machine with .fhr); - is standard output',
    )
    .option('--force', 'replace the file if it exists')
    .option('-v, --verbose', 'name what was withheld')
    .action(async (host: string | undefined, options: RecordCommandOptions & ConnectionOptions) => {
      const { openTarget, targetOf } = await import('./session.ts');
      const { recordCommand } = await import('./record.ts');
      end(await recordCommand(() => openTarget(targetOf(host, options)), options));
    });

  withEvidence(withHostOption(program.command('rollback')))
    .description('take back a run: the last one, or the one that is named')
    .argument('[run]', 'the id that `freehold runs` shows', 'last')
    .option(
      '--force',
      'also put back what was changed by somebody else since; what is replaced is kept in the run folder',
    )
    .action(async (id: string, options: RollbackCommandOptions) => {
      end(await (await import('./rollback.ts')).rollbackCommand(id, options));
    });

  withEvidence(withHostOption(program.command('resume')))
    .description('finish a run that was interrupted')
    .argument('[run]', 'the id that `freehold runs` shows', 'last')
    .action(async (id: string, options: OneHostOptions & EvidenceOptions) => {
      end(await (await import('./rollback.ts')).resumeCommand(id, options));
    });

  withHostOption(program.command('confirm'))
    .description('let a run stand that would be taken back otherwise')
    .argument('[run]', 'the id that `freehold runs` shows', 'last')
    .action(async (id: string, options: OneHostOptions) => {
      end(await (await import('./confirm.ts')).confirmCommand(id, options));
    });

  withHostOption(program.command('runs'))
    .description('list what was applied on this machine')
    .addOption(
      new Option('-f, --format <format>', 'how to show the list').choices(['terminal', 'json']).default('terminal'),
    )
    .action(async (options: RunsCommandOptions) => {
      end(await (await import('./runs.ts')).runsCommand(options));
    });

  const deps = program.command('deps').description('installed packages: what is known against them');
  withEvidence(withAdvisories(withConnection(withBlueprint(deps.command('audit'), 'dependencies'))))
    .argument('[host]', HOST)
    .description('look for installed packages and lock files, and report what is known against them')
    .option('--in <path>', IN, several)
    .addOption(new Option('-f, --format <format>', 'how to show the report').choices(DEPS_FORMATS).default('terminal'))
    .option('-o, --output <file>', 'write the report to a file instead of standard output')
    .addOption(failOn())
    .option('-q, --quiet', 'only the result')
    .option('-v, --verbose', 'everything: what passed, why it matters, sources')
    .action(async (host: string | undefined, options: DepsAuditCommandOptions) => {
      end(await (await import('./deps-audit.ts')).depsAuditCommand(host, options));
    });

  withChanging(withAdvisories(withConnection(withBlueprint(deps.command('fix'), 'dependencies'))))
    .argument('[host]', HOST)
    .description('upgrade vulnerable packages with their own package managers, in one transaction, then look again')
    .option('--in <path>', IN, several)
    .addOption(failOn())
    .action(async (host: string | undefined, options: DepsFixCommandOptions) => {
      end(await (await import('./deps-fix.ts')).depsFixCommand(host, options));
    });

  withAdvisories(withConnection(withBlueprint(deps.command('sbom'), 'dependencies')))
    .argument('[host]', HOST)
    .description('write a bill of materials: what is installed and named by lock files, with what is known against it')
    .option('--in <path>', IN, several)
    .addOption(
      new Option('-f, --format <format>', 'CycloneDX 1.6, SPDX 2.3 or SPDX 3.0.1, each as JSON')
        .choices(SBOM_FORMATS)
        .default('cyclonedx'),
    )
    .option('-o, --output <file>', 'write it to a file instead of standard output')
    .action(async (host: string | undefined, options: DepsSbomCommandOptions) => {
      end(await (await import('./deps-sbom.ts')).depsSbomCommand(host, options));
    });

  withAdvisories(withConnection(withBlueprint(deps.command('vex'), 'dependencies')))
    .argument('[host]', HOST)
    .description(
      'write what is known against installed packages, what suppliers say of it and what is accepted, as OpenVEX 0.2.0',
    )
    .option('--in <path>', IN, several)
    .option('--author <name>', 'the person or organisation that answers for the document', 'Unknown Author')
    .option(
      '--product <identifier>',
      'what all of it is a part of: a package URL (pkg:generic/acme-server@1.2), an address or a URN',
    )
    .option('-o, --output <file>', 'write it to a file instead of standard output')
    .action(async (host: string | undefined, options: DepsVexCommandOptions) => {
      end(await (await import('./deps-vex.ts')).depsVexCommand(host, options));
    });

  withAdvisories(deps.command('sync'))
    .description(
      'read advisories and VEX documents into the index that audits ask; without --from and --blueprint, all sources that it has are read again',
    )
    .option(
      '--from <source>',
      'OSV records (a folder, zip archive or JSON lines), VEX documents (OpenVEX, CycloneDX: a file, folder or zip archive), KEV or EPSS; a path or an http(s) address',
      several,
    )
    .option('-b, --blueprint <file>', 'read the sources that this blueprint names (dependencies.sources)')
    .option('--forget <source>', 'remove a source with all that came from it', several)
    .action(async (options: DepsSyncCommandOptions) => {
      end(await (await import('./deps-sync.ts')).depsSyncCommand(options));
    });

  withEvidence(withBlueprintOption(program.command('verify'), VERIFY_BLUEPRINT))
    .argument('[files...]', 'files, or - for standard input')
    .description('say whether files are what a pinned key signed, by the signatures and lists that lie beside them')
    .option('--trust <file>', 'whose signatures count, in a file of its own, instead of the blueprint')
    .option(
      '--pin <key>',
      'one key that counts: minisign:KEY, signify:KEY, attestation:KEY, openpgp:FINGERPRINT@KEYFILE, "ssh:PRINCIPAL KEY"; may be said more than once',
      several,
    )
    .option(
      '--signature <file>',
      'judge by this signature and nothing else; with --checksums or --list it signs the list',
    )
    .option('--checksums <file>', 'judge by this list of checksums and nothing else')
    .option('--list <file>', 'verify every file that this list of checksums names')
    .option('--allow-outside', 'with --list, also files outside its folder')
    .option('-o, --output <file>', 'write the very bytes that were verified to a file; - is standard output')
    .addOption(
      new Option('-f, --format <format>', 'how to show the verdicts').choices(['terminal', 'json']).default('terminal'),
    )
    .option('-q, --quiet', 'only what is not verified')
    .option(
      '--record <file>',
      'sign a list of these files with the key of `freehold keys`, as an attestation of in-toto',
    )
    .addHelpText('after', VERIFY_EXIT_CODES)
    .action(async (files: readonly string[], options: VerifyCommandOptions) => {
      end(await (await import('./verify.ts')).verifyCommand(files, options));
    });

  addBaselineCommands(program, {
    end,
    common: (command) => withConnection(withBlueprint(command, 'integrity')),
    host: HOST,
    failOn,
    formats: AUDIT_FORMATS,
  });

  addConfineCommands(program, {
    end,
    common: (command) => withConnection(withBlueprint(command, 'confinement')),
    changing: withChanging,
    host: HOST,
    failOn,
    formats: AUDIT_FORMATS,
  });

  addEvidenceCommands(program, end);

  program
    .command('explain')
    .description('teach a finding or a key: what it is, why it matters, what it may break, how to check it by hand')
    .argument('[topic]', 'a finding id or a key such as net.ipv4.ip_forward; without it, all topics are listed')
    .action(async (topic: string | undefined) => {
      end((await import('./explain.ts')).explainCommand(topic));
    });

  withHostOption(program.command('init'))
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
    .addArgument(
      new Argument('[of]', 'which schema')
        .choices([
          'blueprint',
          'audit',
          'fleet',
          'plan',
          'verify',
          'confinement',
          'access-log',
          'confine-can',
          'confine-diff',
          'confine-replay',
          'confine-learn',
          'confine-probe',
          'lint',
        ])
        .default('blueprint'),
    )
    .action(async (of: SchemaName) => {
      end((await import('./schema.ts')).schemaCommand(of));
    });

  return program;
}

/** What every command that changes machines can be told. */
function withChanging(command: Command): Command {
  return withEvidence(command)
    .option('-n, --dry-run', 'show the plan and write nothing')
    .option('-y, --yes', "don't ask before the first change")
    .addOption(
      new Option(
        '--confirm-within <duration>',
        'go back unless confirmed in this time (90s, 5m, never; default: 60s over ssh, where Freehold confirms through a new connection)',
      ).argParser((text) => (text === 'never' ? text : parseDuration(text))),
    );
}

function withAdvisories(command: Command): Command {
  return command.option(
    '--advisories <file>',
    'the index of advisories (default: advisories.sqlite in ~/.local/state/freehold)',
  );
}

function several(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** `preset`: what counts where there is no blueprint at hand. */
function withBlueprint(command: Command, preset = 'baseline'): Command {
  return withBlueprintOption(
    command,
    `the wish: a file, or the name of a preset (default: freehold.yaml here, then /etc/freehold/freehold.yaml, then the preset ${preset})`,
  );
}

function withBlueprintOption(command: Command, description: string): Command {
  return command.option('-b, --blueprint <file-or-preset>', description);
}

function withHostOption(command: Command): Command {
  return withConnection(command.option('--host <host>', HOST));
}

function failOn(): Option {
  return new Option('--fail-on <severity>', 'exit 1 from this severity on')
    .choices([...SEVERITIES, 'never'])
    .default('low');
}
