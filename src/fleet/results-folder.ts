import { readdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FreeholdError } from '../core/error.ts';
import type { HostResult } from '../core/fleet.ts';
import { makeFolder } from '../host/local-folder.ts';
import { auditReportSchema } from '../report/json-schema.ts';
import type { FleetTarget } from './target.ts';

const RESULT_SUFFIX = '.json';
const PRIVATE_FOLDER_MODE = 0o700;
const PRIVATE_FILE_MODE = 0o600;
/** A report of one machine has some hundred kilobytes. */
const RESULT_LIMIT_BYTES = 64 * 1024 * 1024;

const resultSchema = z.object({
  name: z.string(),
  address: z.string(),
  kind: z.literal('audited'),
  attempts: z.int().min(0),
  report: auditReportSchema,
});

/**
 * Where the results of a run lie while they come, one file a machine: whatever ends the run, what was seen is not lost,
 * and a later run goes on with what is missing.
 */
export class ResultsFolder {
  readonly path: string;

  /** Makes the folder. Throws `usage` when it can't, or when it has results already and `mayResume` is not said. */
  constructor(path: string, { mayResume }: { readonly mayResume: boolean }) {
    this.path = path;
    try {
      makeFolder(path, PRIVATE_FOLDER_MODE);
      const hasResults = readdirSync(path).some((name) => name.endsWith(RESULT_SUFFIX));
      if (hasResults && !mayResume) throw occupied(path);
    } catch (error) {
      throw error instanceof FreeholdError ? error : unusable(path, error);
    }
  }

  /** Keeps a result, whole or not at all; one that failed is kept too, for people. */
  async keep(result: HostResult): Promise<void> {
    const target = this.#fileOf(result.name);
    const temporary = `${target}.new`;
    try {
      const file = await open(temporary, 'w', PRIVATE_FILE_MODE);
      try {
        await file.writeFile(`${JSON.stringify(result)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    } catch (error) {
      throw unusable(this.path, error);
    }
  }

  /** What is known already of a machine: an audit at the same address, against the same blueprint. */
  find(target: FleetTarget): HostResult | undefined {
    const stored = this.#read(target.name);
    if (stored?.name !== target.name || stored.address !== target.address) return undefined;
    if (stored.report.blueprint.digest !== target.blueprint.digest) return undefined;
    return { ...stored, groups: target.groups };
  }

  /** Half a file, or somebody else's, is as good as none. */
  #read(name: string): z.infer<typeof resultSchema> | undefined {
    try {
      const bytes = readFileSync(this.#fileOf(name));
      if (bytes.length > RESULT_LIMIT_BYTES) return undefined;
      return resultSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data;
    } catch {
      return undefined;
    }
  }

  /** A name of an inventory may hold anything, slashes too. */
  #fileOf(name: string): string {
    const safe = encodeURIComponent(name).replace(/[.!'()*~]/g, (character) => {
      return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
    });
    return join(this.path, `${safe}${RESULT_SUFFIX}`);
  }
}

function occupied(path: string): FreeholdError {
  const message = `${path} holds the results of an earlier run.`;
  const hint = 'Say --resume to go on with it, or name another folder.';
  return new FreeholdError('usage', [{ code: 'fleet/results-exist', level: 'error', message, hint }]);
}

function unusable(path: string, error: unknown): FreeholdError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The results can't be kept in ${path}: ${reason}`;
  const hint = 'Name a folder that you may write to with --results.';
  return new FreeholdError('usage', [{ code: 'fleet/results-unusable', level: 'error', message, hint }], {
    cause: error,
  });
}
