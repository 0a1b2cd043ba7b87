import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { parsePolicy } from '../apparmor/language/parse-policy.ts';
import type { Dialect } from '../apparmor/language/syntax.ts';
import { type Features, parseFeatures } from '../apparmor/lint/features.ts';
import type { LintFinding } from '../apparmor/lint/report.ts';
import { lintPolicy } from '../apparmor/lint/lint-policy.ts';
import { sensitivePaths } from '../apparmor/sensitive-paths.ts';
import { PARSERS } from '../controls/confinement/parser/observe.ts';
import { dialectOfVersion } from '../confinement/dialect.ts';
import { localPolicy, policyFiles } from '../confinement/local-policy.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import type { PolicyFinding } from '../core/lint-report.ts';
import { compareSeverity, type Severity } from '../core/severity.ts';
import { LINT_FORMATS, type LintFormat } from '../report/lint/index.ts';
import { printDiagnostics } from './diagnostics.ts';
import { writeOutput } from './output.ts';
import { terminalOptions } from './terminal.ts';
import { freeholdVersion } from './version.ts';

export interface ConfineLintCommandOptions {
  readonly format: LintFormat;
  readonly output?: string;
  readonly failOn: Severity | 'never';
  readonly dialect?: Dialect;
  readonly base?: string;
  readonly features?: string;
}

const DEFAULT_FOLDER = '/etc/apparmor.d';

/** `freehold confine lint` */
export function confineLintCommand(paths: readonly string[], options: ConfineLintCommandOptions): ExitCode {
  const { base, failOn, output, format } = options;
  const dialect = options.dialect ?? localDialect();
  const files = filesOf(paths.length === 0 ? [DEFAULT_FOLDER] : paths);
  const features = options.features === undefined ? undefined : readFeatures(options.features);
  const parsed = files.map((file) => parsePolicy(file, localPolicy, { dialect, ...(base !== undefined && { base }) }));
  const diagnostics = parsed.flatMap((one) => one.diagnostics);
  printDiagnostics(diagnostics);
  const profiles = parsed.flatMap((one) => one.profiles);
  const isUnread = diagnostics.some(({ level }) => level === 'error');
  // Nothing found in nothing is no good news.
  if (profiles.length === 0 && !isUnread) throw noProfile(paths.length === 0 ? [DEFAULT_FOLDER] : paths);
  const findings = lintPolicy(profiles, {
    dialect,
    sensitivePaths: sensitivePaths(),
    ...(features !== undefined && { features }),
  }).map(publicFinding);
  const tool = { name: 'freehold', version: freeholdVersion() } as const;
  const report = { format: 'freehold.lint/1', tool, files, profiles: profiles.length, findings } as const;
  const terminal = terminalOptions(process.stdout);
  const color = terminal.color && output === undefined;
  writeOutput(LINT_FORMATS[format].render(report, { ...terminal, color }), output);
  // What could not be read was not judged.
  if (isUnread) return EXIT.usage;
  const fails = findings.some(
    ({ severity, waived }) => waived === undefined && failOn !== 'never' && compareSeverity(severity, failOn) >= 0,
  );
  return fails ? EXIT.findings : EXIT.clean;
}

function publicFinding({ id, place, ...finding }: LintFinding): PolicyFinding {
  const { path, line, includedFrom } = place;
  return { ...finding, id: `confinement/lint/${id}`, where: { path, line }, includedFrom };
}

/** Of the parser that is installed here, which is the one that will read them. */
function localDialect(): Dialect {
  for (const parser of PARSERS) {
    const { error, stdout } = spawnSync(parser, ['--version'], { encoding: 'utf8' });
    if (error === undefined) return dialectOfVersion(stdout);
  }
  return dialectOfVersion('');
}

function filesOf(paths: readonly string[]): readonly string[] {
  const found = paths.map((path) => ({ path, files: policyFiles(path) }));
  const empty = found.filter(({ files }) => files.length === 0).map(({ path }) => path);
  if (empty.length > 0) throw noProfile(empty);
  return [...new Set(found.flatMap(({ files }) => files))];
}

function noProfile(paths: readonly string[]): FreeholdError {
  const hint = 'Name a profile or a folder of profiles that can be read, such as /etc/apparmor.d.';
  return new FreeholdError(
    'usage',
    paths.map((path) => ({
      code: 'confine/no-profile',
      level: 'error',
      message: existsSync(path) ? `${path} holds no profile.` : `There is no file or folder ${path}.`,
      hint,
    })),
  );
}

function readFeatures(path: string): Features {
  try {
    const features = parseFeatures(readFileSync(path, 'latin1'));
    if (features !== undefined) return features;
  } catch {
    // Said below, in the same words.
  }
  const message = `${path} is no file of features.`;
  const hint = 'It is made by `aa-features-abi -x`, or lies in /etc/apparmor.d/abi.';
  throw new FreeholdError('usage', [{ code: 'confine/no-features', level: 'error', message, hint }]);
}
