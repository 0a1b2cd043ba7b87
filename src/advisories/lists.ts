import type { DatabaseSync } from 'node:sqlite';
import { parseExploitation, parseExploited } from './enrichment.ts';
import { type Place, problemOf, type Refusal, SHOWN_REFUSALS, type Taken } from './taken.ts';

type Lines = AsyncIterable<string | undefined>;

/** Takes over CISA's catalogue of known exploited vulnerabilities; it is one JSON text, so half of one is none. */
export async function takeExploited(database: DatabaseSync, lines: Lines, { source }: Place): Promise<Taken> {
  const insert = database.prepare('INSERT OR REPLACE INTO exploited VALUES (?, ?, ?, ?)');
  const list = new List(database, 'exploited', source);
  const problem = await problemOf(
    (async () => {
      const { released, entries } = parseExploited(await textOf(lines));
      list.begin(released);
      for (const [index, one] of entries.entries()) {
        if (one === undefined) list.refuse(`vulnerabilities.${String(index)}`, 'it is no entry of the catalogue');
        else insert.run(one.cve, source, one.since, Number(one.isByRansomware));
      }
    })(),
  );
  return list.end(problem);
}

async function textOf(lines: Lines): Promise<string> {
  const parts: string[] = [];
  for await (const line of lines) parts.push(line ?? '');
  return parts.join('\n');
}

/** Takes over FIRST's scores, a line each. */
export async function takeExploitation(database: DatabaseSync, lines: Lines, { source }: Place): Promise<Taken> {
  const insert = database.prepare('INSERT OR REPLACE INTO exploitation VALUES (?, ?, ?, ?)');
  const list = new List(database, 'exploitation', source);
  let number = 0;
  const problem = await problemOf(
    (async () => {
      list.begin(undefined);
      for await (const line of lines) {
        number += 1;
        if (line?.startsWith('#') === true) list.begin(/score_date:([^,]+)/.exec(line)?.[1]);
        else if (line?.startsWith('cve,') !== true) {
          const one = line === undefined ? undefined : parseExploitation(line);
          if (one === undefined) list.refuse(`line ${String(number)}`, 'it is not a CVE and two numbers from 0 to 1');
          else insert.run(one.cve, source, one.probability, one.percentile);
        }
      }
    })(),
  );
  return list.end(problem);
}

/** One of the two lists, which is replaced as a whole. */
class List {
  readonly #database: DatabaseSync;
  readonly #table: 'exploited' | 'exploitation';
  readonly #source: number;
  readonly #refusals: Refusal[] = [];
  #refused = 0;
  #before = 0;
  #newest: string | undefined;

  constructor(database: DatabaseSync, table: 'exploited' | 'exploitation', source: number) {
    this.#database = database;
    this.#table = table;
    this.#source = source;
  }

  begin(newest: string | undefined): void {
    this.#newest = newest;
    this.#before = this.#count();
    this.#database.prepare(`DELETE FROM ${this.#table} WHERE source = ?`).run(this.#source);
  }

  refuse(entry: string, problem: string): void {
    this.#refused += 1;
    if (this.#refusals.length < SHOWN_REFUSALS) this.#refusals.push({ entry, problem });
  }

  end(problem: string | undefined): Taken {
    const records = this.#count();
    const refused = this.#refused;
    const removed = Math.max(0, this.#before - records);
    return { records, refused, refusals: this.#refusals, newest: this.#newest, changed: records, removed, problem };
  }

  #count(): number {
    const row = this.#database.prepare(`SELECT count(*) AS n FROM ${this.#table} WHERE source = ?`).get(this.#source);
    return Number(row?.['n']);
  }
}
