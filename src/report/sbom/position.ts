import type { VexStatement } from '../../core/advisory.ts';
import type { BilledVulnerability } from '../../core/bill-of-materials.ts';

/** What is held about a vulnerability in a component beyond that an advisory names its version. */
export interface Position {
  readonly status: VexStatement['status'];
  readonly justification?: string;
  readonly text?: string;
  /** Whether nothing will be done about it, on somebody's responsibility. */
  readonly isAccepted: boolean;
}

/** A supplier's word comes first, then a waiver's; `undefined` where there is nothing but the advisory. */
export function positionOn({ statement, waiver, verdict }: BilledVulnerability): Position | undefined {
  const accepted =
    waiver === undefined ? undefined : `Accepted by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`;
  if (statement !== undefined) {
    const { status, justification, text, product, source } = statement;
    const where = product === undefined ? source : `of ${product}, in ${source}`;
    const said = text === undefined ? `Said ${product === undefined ? 'in ' : ''}${where}.` : `${text} (${where})`;
    return {
      status,
      ...(justification !== undefined && { justification }),
      text: accepted === undefined ? said : `${said} ${accepted}`,
      isAccepted: accepted !== undefined,
    };
  }
  if (accepted !== undefined) return { status: 'affected', text: accepted, isAccepted: true };
  if (verdict === 'affected') return undefined;
  return { status: 'under-investigation', text: 'The version can’t be compared with the advisory.', isAccepted: false };
}

/** Where an advisory can be read. */
export function advisoryAddress(id: string): string {
  return `https://osv.dev/vulnerability/${encodeURIComponent(id)}`;
}
