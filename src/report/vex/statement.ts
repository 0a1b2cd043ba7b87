import type { BilledVulnerability } from '../../core/bill-of-materials.ts';
import type { VexStatement } from '../../core/advisory.ts';

/** What OpenVEX 0.2.0 calls them: "Status Labels" and "Status Justifications" of its specification. */
export type OpenVexStatus = 'affected' | 'under_investigation' | 'fixed' | 'not_affected';

/** What is said of a weakness, without of what. */
export interface Saying {
  readonly status: OpenVexStatus;
  readonly justification?: string;
  readonly impact_statement?: string;
  readonly action_statement?: string;
  readonly status_notes?: string;
  readonly timestamp?: string;
}

const STATUSES: Readonly<Record<VexStatement['status'], OpenVexStatus>> = {
  affected: 'affected',
  'under-investigation': 'under_investigation',
  fixed: 'fixed',
  'not-affected': 'not_affected',
};

const JUSTIFICATIONS: ReadonlySet<string> = new Set([
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
]);
/** Words of CycloneDX that mean the same; its others have no counterpart, and are told as text. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['code_not_present', 'vulnerable_code_not_present'],
  ['code_not_reachable', 'vulnerable_code_not_in_execute_path'],
]);

/** A waiver is the word of whoever answers for the machine, so it goes before a supplier's that leaves the weakness open. */
export function sayingOf(one: BilledVulnerability, name: string): Saying {
  const { statement, waiver, verdict } = one;
  if (waiver !== undefined) {
    const accepted = `Accepted until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`;
    return { status: 'affected', action_statement: accepted };
  }
  if (statement !== undefined) return { ...keptSaying(statement, one, name), ...timeOf(statement) };
  if (verdict === 'affected') return { status: 'affected', action_statement: adviceOn(one, name) };
  return {
    status: 'under_investigation',
    status_notes: 'The version can not be compared with those of the advisories.',
  };
}

function keptSaying(statement: VexStatement, one: BilledVulnerability, name: string): Saying {
  const { text, document } = statement;
  const status = STATUSES[statement.status];
  // Where the document lies on this disk is nobody else's business.
  const by = document === undefined ? undefined : `By ${document}.`;
  const notes = by === undefined ? {} : { status_notes: by };
  switch (status) {
    case 'affected':
      return { status, action_statement: text ?? adviceOn(one, name), ...notes };
    case 'fixed':
    case 'under_investigation':
      return { status, ...(text === undefined ? notes : { status_notes: [text, by].filter(Boolean).join(' ') }) };
    case 'not_affected':
      return { status, ...whyNot(statement), ...notes };
  }
}

/** One of the two has to be there. */
function whyNot({ justification, text }: VexStatement): Pick<Saying, 'justification' | 'impact_statement'> {
  const known = justification === undefined ? undefined : (SAME.get(justification) ?? justification);
  if (known !== undefined && JUSTIFICATIONS.has(known)) {
    return { justification: known, ...(text !== undefined && { impact_statement: text }) };
  }
  const words = [justification, text].filter((part) => part !== undefined);
  return { impact_statement: words.length === 0 ? 'No reason is given.' : words.join(': ') };
}

function timeOf({ timestamp }: VexStatement): Pick<Saying, 'timestamp'> {
  return timestamp === undefined ? {} : { timestamp };
}

function adviceOn({ fixedIn }: BilledVulnerability, name: string): string {
  return fixedIn === undefined ? `Nothing mends ${name} yet.` : `Upgrade ${name} to ${fixedIn} or newer.`;
}
