import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { download, forgetSource, type openDatabase, type SyncResult, syncSource } from '../advisories/index.ts';
import { plural } from '../core/describe.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { advisoriesFile, type AdvisoryOptions, openToWrite } from './advisories.ts';
import { printDiagnostics } from './diagnostics.ts';
import { StatusLine } from './status-line.ts';

export interface DepsSyncCommandOptions extends AdvisoryOptions {
  readonly from: readonly string[];
  readonly forget: readonly string[];
}

type Database = ReturnType<typeof openDatabase>;

/** `freehold deps sync` */
export async function depsSyncCommand(options: DepsSyncCommandOptions): Promise<ExitCode> {
  const file = advisoriesFile(options);
  const database = await openToWrite(options);
  try {
    for (const origin of options.forget) await forget(database, origin);
    const isOnlyForgetting = options.forget.length > 0 && options.from.length === 0;
    const origins = isOnlyForgetting ? [] : options.from.length > 0 ? options.from : knownOrigins(database);
    if (origins.length === 0 && !isOnlyForgetting) throw nothingToRead(file);
    const problems: Diagnostic[] = [];
    for (const origin of origins) problems.push(...(await syncOne(database, origin)));
    printDiagnostics(problems);
    return problems.some(({ level }) => level === 'error') ? EXIT.unreachable : EXIT.clean;
  } finally {
    database.close();
  }
}

function knownOrigins(database: Database): readonly string[] {
  return database
    .prepare('SELECT origin FROM source ORDER BY origin')
    .all()
    .map(({ origin }) => String(origin));
}

async function forget(database: Database, origin: string): Promise<void> {
  const isForgotten = (await forgetSource(database, origin)) || (await forgetSource(database, resolve(origin)));
  if (!isForgotten) {
    const message = `There are no advisories of ${origin}.`;
    const known = knownOrigins(database).join(', ');
    const hint = known === '' ? 'There are none at all.' : `There are those of ${known}.`;
    throw new FreeholdError('usage', [{ code: 'advisories/unknown-source', level: 'error', message, hint }]);
  }
  process.stdout.write(`${origin}: forgotten\n`);
}

async function syncOne(database: Database, from: string): Promise<readonly Diagnostic[]> {
  return /^https?:\/\//i.test(from)
    ? syncAddress(database, new URL(from))
    : syncPath(database, resolve(from), resolve(from));
}

async function syncAddress(database: Database, url: URL): Promise<readonly Diagnostic[]> {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-advisories-'));
  const path = join(folder, 'download');
  const origin = url.href;
  try {
    const known = database.prepare('SELECT validator FROM source WHERE origin = ? AND isComplete = 1').get(origin);
    const validator = typeof known?.['validator'] === 'string' ? known['validator'] : undefined;
    const result = await download({ url, path, validator });
    if (result.kind === 'failed') return [notRead(origin, result.reason)];
    if (result.kind === 'unchanged') {
      database.prepare('UPDATE source SET readAt = ? WHERE origin = ?').run(new Date().toISOString(), origin);
      process.stdout.write(`${origin}: unchanged\n`);
      return [];
    }
    const problems = await syncPath(database, path, origin);
    database.prepare('UPDATE source SET validator = ? WHERE origin = ?').run(result.validator ?? null, origin);
    return problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function syncPath(database: Database, path: string, origin: string): Promise<readonly Diagnostic[]> {
  if (!existsSync(path)) return [notRead(origin, 'there is no such file or folder')];
  const status = new StatusLine();
  try {
    const onProgress = (records: number): void => status.show(`${origin}: ${plural(records, 'record')}`);
    const result = await syncSource(database, { path, origin, now: new Date(), onProgress });
    status.clear();
    process.stdout.write(`${origin}: ${describe(result)}\n`);
    return problemsOf(result);
  } catch (error) {
    status.clear();
    return [notRead(origin, error instanceof Error ? error.message : String(error))];
  }
}

function describe({ source, changed, removed }: SyncResult): string {
  const what = { osv: 'advisory', kev: 'exploited vulnerability', epss: 'score' }[source.kind];
  const many = { osv: 'advisories', kev: 'exploited vulnerabilities', epss: 'scores' }[source.kind];
  const newest = source.newest === undefined ? '' : `, the newest of ${source.newest}`;
  return `${plural(source.records, what, many)}${newest}; ${String(changed)} new or changed, ${String(removed)} removed`;
}

function problemsOf({ source, refusals, problem }: SyncResult): readonly Diagnostic[] {
  const hint = 'The others are used. Tell whoever publishes it.';
  const refused = refusals.map(({ entry, problem: reason }): Diagnostic => {
    const message = `${source.origin}: the record ${entry} is passed over: ${reason}`;
    return { code: 'advisories/record', level: 'warning', message, hint };
  });
  if (problem === undefined) return refused;
  const message = `${source.origin} could not be read to its end: ${problem}`;
  const broken = 'What was read is used, and nothing was removed. Fetch it again.';
  return [...refused, { code: 'advisories/incomplete', level: 'error', message, hint: broken }];
}

function notRead(origin: string, reason: string): Diagnostic {
  const message = `${origin} can't be read: ${reason}.`;
  const hint = 'What was known of it before is still used.';
  return { code: 'advisories/source', level: 'error', message, hint };
}

function nothingToRead(file: string): FreeholdError {
  const message = `There are no sources of advisories in ${file} yet.`;
  const hint = 'Name one: freehold deps sync --from PATH-OR-ADDRESS (OSV as a folder, zip or JSON lines; KEV; EPSS).';
  return new FreeholdError('usage', [{ code: 'advisories/no-source', level: 'error', message, hint }]);
}
