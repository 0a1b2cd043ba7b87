import type { BilledComponent, BilledPlace, BillOfMaterials } from '../../core/bill-of-materials.ts';

/** What a component is called within a document. */
export function refOf({ path }: BilledPlace, key: string): string {
  return `${path}#${key}`;
}

/** Those of a place that somebody asked for; where nothing tells, those that no other needs. */
export function topLevelOf({ components }: BilledPlace): readonly BilledComponent[] {
  const needed = new Set(components.flatMap(({ key, requires }) => requires.filter((other) => other !== key)));
  return components.filter(({ key, isDirect }) => isDirect ?? !needed.has(key));
}

/** The keys of those in its own place that a component needs, each once. */
export function neededBy({ key, requires }: BilledComponent, known: ReadonlySet<string>): readonly string[] {
  return [...new Set(requires)].filter((other) => other !== key && known.has(other)).sort();
}

export function keysOf({ components }: BilledPlace): ReadonlySet<string> {
  return new Set(components.map(({ key }) => key));
}

/** `debian 12 x86_64`; empty where the machine says nothing of itself. */
export function systemOf({ machine: { os, osVersion, arch } }: BillOfMaterials): string {
  return [os, osVersion, arch].filter((part) => part !== '').join(' ');
}

/** What a machine is called that doesn't say its name. */
export function machineName({ machine: { hostname, address } }: BillOfMaterials): string {
  return hostname === '' ? address : hostname;
}

/** What the vulnerabilities of a bill are worth. */
export function describeKnowledge({ judgedBy }: BillOfMaterials): string {
  if (judgedBy.kind === 'none') {
    const reason = judgedBy.reason.replace(/\.$/, '');
    return `Nothing was judged: ${reason}. That no vulnerability is named says nothing of the components.`;
  }
  const sources = judgedBy.sources.map(({ origin, readAt }) => `${origin} (read ${readAt})`).join(', ');
  const blind = judgedBy.uncovered.map(
    (ecosystem) => ` No advisory is about ${ecosystem}: that no vulnerability is named there says nothing.`,
  );
  return `Judged by ${sources}.${blind.join('')}`;
}
