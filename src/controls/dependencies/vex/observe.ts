import type { AdvisoryHit, AdvisoryIndex, ScopedStatement } from '../../../core/advisory.ts';
import type { Release, VexKnowledge } from '../state.ts';
import { vexKnowledge } from './statements-in-place.ts';

/** Asks for the statements about all that is known, in one question. */
export function observeStatements(
  index: AdvisoryIndex,
  hits: ReadonlyMap<string, readonly AdvisoryHit[]>,
  { os, osVersion }: Release,
): VexKnowledge {
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
  return vexKnowledge({ statements, release: { os, osVersion } });
}
