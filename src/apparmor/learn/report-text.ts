import { shown } from '../../core/byte-text.ts';
import { evidenceText } from './comment.ts';
import type { HeldOut, Learned } from './result.ts';

const MAX_LISTED = 50;
const PERCENT = 100;

/** What was learned and why, for people, as lines. */
export function reportLines(learned: Learned): readonly string[] {
  return [
    `${shown(learned.label)}: ${count(learned.events, 'event')} in ${count(learned.runs.length, 'run')}, ${count(learned.ruleCount, 'new rule')}`,
    ...learned.notes.map((note) => `  note: ${note}`),
    // What the profile allows is no answer to somebody whose log is the wrong one.
    ...(learned.events === 0 ? [] : sections(learned)),
  ];
}

function sections(learned: Learned): readonly string[] {
  return [
    ...section(
      'Rules',
      learned.blocks.flatMap(({ label, rules }) =>
        rules.map(
          (rule) =>
            `${label === learned.label ? '' : `${shown(label)}: `}${shown(rule.text)}  (${evidenceText(rule.evidence)}${rule.widening === 'none' ? '' : `; wider by ${rule.widening}`}${rule.reason === undefined ? '' : `; ${rule.reason}`})`,
        ),
      ),
    ),
    ...section(
      'Decisions for a person',
      learned.decisions.map(
        ({ what, reason, yes, total }) =>
          `${what} (${count(total, 'event')}): ${reason.replace(/\.$/, '')}. For a yes: ${yes}`,
      ),
    ),
    ...section(
      'Without a rule',
      learned.uncovered.map(
        ({ label, what, reason, total }) => `${shown(label)}: ${what} (${count(total, 'event')}): ${reason}`,
      ),
    ),
    ...section(
      'Not put together, as the pattern would open a sensitive path',
      learned.refused.map(
        ({ pattern, names, sensitive }) => `${shown(pattern)} for ${count(names, 'name')}: ${sensitive}`,
      ),
    ),
    ...section(
      'Sensitive paths that the profile allows',
      learned.sensitive.map(
        ({ id, rule, line, example }) =>
          `${id}: ${line ?? 'learned'}: ${shown(rule).replace(/,$/, '')}${example === undefined ? ' (could not be ruled out)' : `, such as ${shown(example)}`}`,
      ),
      'none',
    ),
    ...section(
      'Held out: learned without a run, judged by it',
      learned.heldOut.map((one) => heldOutLine(one)),
      'unknown: it takes two runs',
    ),
    ...unusedSection(learned),
  ];
}

function heldOutLine({ run, events, denied, open, examples }: HeldOut): string {
  const share = events === 0 ? 0 : (denied / events) * PERCENT;
  const waiting = open === 0 ? '' : `, ${String(open)} of them wait for a decision or have no rule`;
  const such = examples.length === 0 ? '' : `; such as ${examples.join(', ')}`;
  return `${run}: ${String(denied)} of ${count(events, 'event')} would be denied (${share.toFixed(2)} %)${waiting}${such}`;
}

function unusedSection({ unused }: Learned): readonly string[] {
  return unused.kind === 'unknown'
    ? ['', 'Rules that were never used: unknown', `  ${unused.reason}`]
    : section(
        'Rules that were never used',
        unused.rules.map(({ text, place }) => `line ${String(place.line)}: ${shown(text)}`),
      );
}

function section(title: string, lines: readonly string[], whenEmpty?: string): readonly string[] {
  if (lines.length === 0) return whenEmpty === undefined ? [] : ['', `${title}: ${whenEmpty}`];
  const listed = lines.slice(0, MAX_LISTED);
  const more = lines.length - listed.length;
  return [
    '',
    `${title}:`,
    ...listed.map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${String(more)} more: --format json has all`] : []),
  ];
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}
