import type { AdvisoryHit, AdvisoryIndex, ScopedStatement } from '../../../core/advisory.ts';
import type { Release, VexKnowledge } from '../state.ts';

/** Asks for the statements about all that is known, in one question; and for none where no source has any. */
export function observeStatements(
  index: AdvisoryIndex,
  hits: ReadonlyMap<string, readonly AdvisoryHit[]>,
  { os, osVersion }: Release,
): VexKnowledge | undefined {
  if (!index.sources.some(({ kind }) => kind === 'vex')) return undefined;
  const names = new Set<string>();
  for (const about of hits.values()) {
    for (const { id, aliases } of about) for (const name of [id, ...aliases]) names.add(name.toUpperCase());
  }
  const statements = new Map<string, ScopedStatement[]>();
  for (const statement of index.statementsOn([...names])) {
    for (const name of new Set(statement.vulnerabilities.map((one) => one.toUpperCase()))) {
      if (!names.has(name)) continue;
      const known = statements.get(name);
      if (known === undefined) statements.set(name, [statement]);
      else known.push(statement);
    }
  }
  return { statements, release: { os, osVersion } };
}
