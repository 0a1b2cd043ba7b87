import type { Evidence, LearnedRule } from './result.ts';

/** What speaks for a rule, as a comment behind it. */
export function evidenceComment({ evidence, reason, widening }: LearnedRule): string {
  return [
    `# seen in ${String(evidence.runs)} of ${String(evidence.ofRuns)} ${evidence.ofRuns === 1 ? 'run' : 'runs'}, ${times(evidence.total)}`,
    ...(evidence.names > 1 && widening !== 'none' ? [`stands for ${String(evidence.names)} names`] : []),
    ...(reason === undefined ? [] : [reason]),
  ].join('; ');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

/** The same in a report, with the time. */
export function evidenceText(evidence: Evidence): string {
  const first = evidence.firstMs === undefined ? '' : `, first ${new Date(evidence.firstMs).toISOString()}`;
  return `${String(evidence.runs)}/${String(evidence.ofRuns)} runs, ${times(evidence.total)}, ${String(evidence.names)} ${evidence.names === 1 ? 'name' : 'names'}${first}`;
}
