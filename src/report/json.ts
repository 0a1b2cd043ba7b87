import type { AuditReport } from '../core/audit.ts';
import type { Plan } from '../core/plan.ts';

const INDENT_SPACES = 2;
const HEX_DIGITS = 4;
const HEXADECIMAL = 16;
/** JSON may hold these as they are, a terminal that shows the file would obey them: C1, separators, bidi and other format characters. */
const INVISIBLE = /[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu;

/** The report as data: keys sorted, one line end at the end; schema/audit-report.schema.json describes it. */
export function renderJson(report: AuditReport): string {
  return stringifySorted(report);
}

/** The plan as data; schema/plan.schema.json describes it. */
export function renderPlanJson(plan: Plan): string {
  return stringifySorted(plan);
}

/** JSON with the keys of every object in the order of their code units. */
export function stringifySorted(value: unknown): string {
  return `${JSON.stringify(value, sortKeys, INDENT_SPACES).replace(INVISIBLE, escapeUnits)}\n`;
}

/** The same on one line, for what may be long. */
export function lineSorted(value: unknown): string {
  return JSON.stringify(value, sortKeys).replace(INVISIBLE, escapeUnits);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(HEXADECIMAL).padStart(HEX_DIGITS, '0')}`)
    .join('');
}
