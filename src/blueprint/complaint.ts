import type { z } from 'zod';
import { either, quote } from './quote.ts';
import type { Path } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** What a schema has against a value, in words for a person. */
export type Complaint = UnknownKeys | InvalidKey | InvalidValue;

export interface UnknownKeys {
  readonly kind: 'unknown-keys';
  readonly path: Path;
  readonly keys: readonly string[];
}

export interface InvalidKey {
  readonly kind: 'invalid-key';
  /** Ends with the key. */
  readonly path: Path;
  readonly requirement: string;
}

export interface InvalidValue {
  readonly kind: 'wrong-type' | 'invalid-value';
  readonly path: Path;
  /** `must be a whole number or text`. */
  readonly requirement: string;
  /** The same in parts that can be joined with those of other branches: `a whole number`, `text`. */
  readonly offers: readonly string[];
  /** The schema's names of the types that would do: `string`, `int`. */
  readonly types: readonly string[];
  /** The words that would do, where they are counted. */
  readonly choices: readonly string[];
}

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['object', 'keys with values'],
  ['record', 'keys with values'],
  ['map', 'keys with values'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['set', 'a list'],
]);

/** Words for the schema library, where a schema has none of its own. */
export function requirementOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE_WORDS.get(issue.expected) ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${either(issue.values.map(String))}`;
    case 'too_small':
      return requiredSize(issue.origin, {
        words: 'at least',
        limit: issue.minimum,
        isInclusive: issue.inclusive !== false,
      });
    case 'too_big':
      return requiredSize(issue.origin, {
        words: 'at most',
        limit: issue.maximum,
        isInclusive: issue.inclusive !== false,
      });
    case 'invalid_format':
      return issue.format === 'regex'
        ? `must match ${issue.pattern ?? 'its pattern'}`
        : `must be a valid ${issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    case 'invalid_union':
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'is not valid here';
    default:
      return 'is not valid here';
  }
}

interface Bound {
  readonly words: 'at least' | 'at most';
  readonly limit: number | bigint;
  readonly isInclusive: boolean;
}

function requiredSize(origin: string, { words, limit, isInclusive }: Bound): string {
  if (origin === 'string' || origin === 'array' || origin === 'set') {
    const unit = origin === 'string' ? 'characters' : 'items';
    return words === 'at least' && limit === 1 ? 'must not be empty' : `must have ${words} ${String(limit)} ${unit}`;
  }
  if (isInclusive) return `must be ${words} ${String(limit)}`;
  return `must be ${words === 'at least' ? 'more' : 'less'} than ${String(limit)}`;
}

/** A schema's issue as complaints; `at` is where the schema's value stands. */
export function complaintsOf(issue: Issue, at: Path): readonly Complaint[] {
  const path = [...at, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return [{ kind: 'unknown-keys', path, keys: issue.keys }];
    case 'invalid_key':
      return [{ kind: 'invalid-key', path, requirement: issue.issues[0]?.message ?? issue.message }];
    case 'invalid_union':
      return unionComplaints(issue, path);
    case 'invalid_type':
      return [
        {
          kind: 'wrong-type',
          path,
          requirement: issue.message,
          offers: offersOf(issue.message),
          types: [issue.expected],
          choices: [],
        },
      ];
    case 'invalid_value': {
      const types = [...new Set(issue.values.map((value) => typeof value))];
      return [
        {
          kind: 'invalid-value',
          path,
          requirement: issue.message,
          offers: offersOf(issue.message),
          types,
          choices: issue.values.map(String),
        },
      ];
    }
    case 'invalid_element':
      return issue.issues.flatMap((inner) => complaintsOf(inner, path));
    default:
      return [
        {
          kind: 'invalid-value',
          path,
          requirement: issue.message,
          offers: offersOf(issue.message),
          types: [],
          choices: [],
        },
      ];
  }
}

/** Follows the branch that was meant: the one whose type fits; where none does, all of them are offered. */
function unionComplaints(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path): readonly Complaint[] {
  if (issue.errors.length === 0) {
    const choices = 'options' in issue ? (issue.options ?? []).map(String) : [];
    const requirement = choices.length === 0 ? 'is not valid here' : `must be ${either(choices)}`;
    return [{ kind: 'invalid-value', path, requirement, offers: choices, types: ['string'], choices }];
  }
  const branches = issue.errors.map((errors) => errors.flatMap((error) => complaintsOf(error, path)));
  const fitting = branches.filter((branch) => !branch.some((complaint) => isMisfit(complaint, path)));
  const [best] = fitting.toSorted((a, b) => a.length - b.length);
  return best ?? [offerAll(branches.flat(), path)];
}

function offersOf(requirement: string): readonly string[] {
  return [requirement.replace(/^must be /, '')];
}

/** Whether a complaint says that the value as a whole is of another kind than the branch wants. */
function isMisfit(complaint: Complaint, at: Path): boolean {
  if (complaint.path.length > at.length || !isAboutValue(complaint)) return false;
  return complaint.kind === 'wrong-type' || complaint.choices.length > 0;
}

function isAboutValue(complaint: Complaint): complaint is InvalidValue {
  return complaint.kind === 'wrong-type' || complaint.kind === 'invalid-value';
}

function offerAll(complaints: readonly Complaint[], path: Path): InvalidValue {
  const offers = complaints.filter(isAboutValue);
  // `null` takes back what a preset says; a value that is there can't have been meant as that.
  const useful = offers.filter((one) => !one.types.includes('null'));
  const words = [...new Set(useful.flatMap((one) => one.offers))];
  const types = [...new Set(useful.flatMap((one) => one.types))];
  const choices = [...new Set(useful.flatMap((one) => one.choices))];
  return { kind: 'wrong-type', path, requirement: `must be ${either(words)}`, offers: words, types, choices };
}

/** What stands there instead, as messages name it; numbers as they are written, so that no digit is lost. */
export function describeFound(value: unknown, written: string): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text ${quote(value)}`;
  if (typeof value === 'number') return `the number ${written}`;
  if (value === null || typeof value === 'boolean') return String(value);
  return 'keys with values';
}
