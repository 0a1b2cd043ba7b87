import process from 'node:process';
import type { AdvisoryStore, SourceResult, SyncResult } from '../advisories/index.ts';
import { plural } from '../core/describe.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { advisoriesFile, type AdvisoryOptions, openAdvisoryStore } from './advisories.ts';
import { requireBlueprint } from './blueprint.ts';
import { printDiagnostics } from './diagnostics.ts';
import { sourcesOf } from './sources.ts';
import { StatusLine } from './status-line.ts';

export interface DepsSyncCommandOptions extends AdvisoryOptions {
  /** Of which the sources are read. */
  readonly blueprint?: string;
  readonly from?: readonly string[];
  readonly forget?: readonly string[];
}

/** `freehold deps sync` */
export async function depsSyncCommand(options: DepsSyncCommandOptions): Promise<ExitCode> {
  const named = await namedSources(options);
  const store = await openAdvisoryStore(options);
  try {
    for (const origin of options.forget ?? []) await forget(store, origin);
    const isOnlyForgetting = options.forget !== undefined && named === undefined;
    const origins = named ?? (isOnlyForgetting ? [] : store.origins);
    if (origins.length === 0 && !isOnlyForgetting) throw nothingToRead(advisoriesFile(options));
    const problems: Diagnostic[] = [];
    for (const origin of origins) problems.push(...(await readOne(store, origin)));
    printDiagnostics(problems);
    return problems.some(({ level }) => level === 'error') ? EXIT.unreachable : EXIT.clean;
  } finally {
    store.close();
  }
}

/** What the command line and its blueprint name; `undefined` where neither is asked. */
async function namedSources({ from, blueprint }: DepsSyncCommandOptions): Promise<readonly string[] | undefined> {
  if (blueprint === undefined) return from;
  const sources = sourcesOf(await requireBlueprint(blueprint));
  if (sources.length > 0) return [...new Set([...(from ?? []), ...sources])];
  const message = `${blueprint} names no sources of advisories.`;
  const hint = 'Name them below `dependencies:`, as `sources: [PATH-OR-ADDRESS]`.';
  throw new FreeholdError('usage', [{ code: 'advisories/no-source', level: 'error', message, hint }]);
}

async function forget(store: AdvisoryStore, origin: string): Promise<void> {
  if (await store.forget(origin)) {
    process.stdout.write(`${origin}: forgotten\n`);
    return;
  }
  const message = `There are no advisories of ${origin}.`;
  const known = store.origins.join(', ');
  const hint = known === '' ? 'There are none at all.' : `There are those of ${known}.`;
  throw new FreeholdError('usage', [{ code: 'advisories/unknown-source', level: 'error', message, hint }]);
}

async function readOne(store: AdvisoryStore, from: string): Promise<readonly Diagnostic[]> {
  const status = new StatusLine();
  const onProgress = (records: number): void => {
    status.show(`${from}: ${plural(records, 'record')}`);
  };
  const read = await store.read(from, { now: new Date(), onProgress });
  status.clear();
  if (read.kind === 'read') process.stdout.write(`${read.result.source.origin}: ${describe(read.result)}\n`);
  if (read.kind === 'unchanged') process.stdout.write(`${read.origin}: unchanged\n`);
  return problemsOf(read);
}

function describe({ source, changed, removed }: SyncResult): string {
  const what = { osv: 'advisory', kev: 'exploited vulnerability', epss: 'score', vex: 'statement' }[source.kind];
  const many = { osv: 'advisories', kev: 'exploited vulnerabilities', epss: 'scores', vex: 'statements' }[source.kind];
  const newest = source.newest === undefined ? '' : `, the newest of ${source.newest}`;
  return `${plural(source.records, what, many)}${newest}; ${String(changed)} new or changed, ${String(removed)} removed`;
}

function problemsOf(read: SourceResult): readonly Diagnostic[] {
  if (read.kind === 'unchanged') return [];
  if (read.kind === 'failed') {
    const message = `${read.origin} can't be read: ${read.reason}.`;
    const hint = 'What was known of it before is still used.';
    return [{ code: 'advisories/source', level: 'error', message, hint }];
  }
  const { source, refusals, problem } = read.result;
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

function nothingToRead(file: string): FreeholdError {
  const message = `There are no sources of advisories in ${file} yet.`;
  const hint =
    'Name one: freehold deps sync --from PATH-OR-ADDRESS (OSV as a folder, zip or JSON lines; KEV; EPSS; VEX).';
  return new FreeholdError('usage', [{ code: 'advisories/no-source', level: 'error', message, hint }]);
}
