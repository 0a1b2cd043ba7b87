import type { z } from 'zod';
import { nearestName } from '../core/nearest-name.ts';
import { type Complaint, complaintsOf, describeFound, type InvalidValue, requirementOf } from './complaint.ts';
import type { Problem, Problems } from './problems.ts';
import { quote, showPath } from './quote.ts';
import { jsonSchemaOf, viewPlace } from './schema-view.ts';
import { findNearest, findNode, type MapNode, type Path, toPlain } from './tree.ts';

export interface CheckOptions {
  readonly root: MapNode;
  /** The part of `root` that the schema describes. */
  readonly at: Path;
  readonly problems: Problems;
  /** Whether a file is missing or damaged: what isn't there can't be complained about then. */
  readonly isPartial: boolean;
  /** What the whole is, in messages; a blueprint by default. */
  readonly whole?: string;
}

/** Holds a part of a blueprint against its schema; `undefined` when it doesn't fit, with every reason in `problems`. */
export function check<T>(schema: z.ZodType<T>, options: CheckOptions): T | undefined {
  const part = findNode(options.root, options.at);
  if (part === undefined) return undefined;
  const result = schema.safeParse(toPlain(part.node), { error: requirementOf });
  if (result.success) return result.data;
  const complaints = result.error.issues.flatMap((issue) => complaintsOf(issue, options.at));
  for (const complaint of firstOfEachPlace(complaints)) {
    for (const problem of problemsOf(complaint, schema, options)) options.problems.error(problem);
  }
  return undefined;
}

/** Two rules that one value breaks are usually one mistake. */
function firstOfEachPlace(complaints: readonly Complaint[]): readonly Complaint[] {
  const seen = new Set<string>();
  return complaints.filter(({ kind, path }) => {
    const key = JSON.stringify([kind === 'unknown-keys', ...path]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function problemsOf(complaint: Complaint, schema: z.ZodType, options: CheckOptions): readonly Problem[] {
  switch (complaint.kind) {
    case 'unknown-keys':
      return complaint.keys.map((key) => unknownKey([...complaint.path, key], schema, options));
    case 'invalid-key': {
      const key = complaint.path.at(-1);
      const place = findNearest(options.root, complaint.path).place;
      const message = `${quote(String(key))} in ${showPath(complaint.path.slice(0, -1))} ${complaint.requirement}.`;
      return [{ code: 'invalid-key', message, at: place }];
    }
    default:
      return badValue(complaint, options);
  }
}

function unknownKey(path: Path, schema: z.ZodType, { root, at, whole = 'a blueprint' }: CheckOptions): Problem {
  const key = String(path.at(-1));
  const around = path.slice(0, -1);
  const { keys } = viewPlace(jsonSchemaOf(schema), around.slice(at.length));
  const nearest = nearestName(key, keys);
  const list = keys.length === 0 ? undefined : `Known here: ${keys.join(', ')}.`;
  const where = around.length === 0 ? whole : showPath(around);
  return {
    code: 'unknown-key',
    message: `There is no ${quote(key)} in ${where}.`,
    hint: nearest === undefined ? list : `Did you mean ${nearest}?`,
    at: findNearest(root, path).place,
  };
}

function badValue(complaint: InvalidValue, { root, isPartial }: CheckOptions): readonly Problem[] {
  const { path, requirement } = complaint;
  const found = findNode(root, path);
  if (found === undefined) {
    if (isPartial) return [];
    const message = `${showPath(path)} is missing; it ${requirement}.`;
    return [{ code: 'missing-key', message, at: findNearest(root, path).place }];
  }
  if (found.node.kind === 'gap') return [];
  if (found.node.kind === 'empty') {
    return [{ code: 'no-value', message: `${showPath(path)} has no value; it ${requirement}.`, at: found.place }];
  }
  const value = toPlain(found.node);
  const written = found.node.kind === 'scalar' ? found.node.written : '';
  const message = `${showPath(path)} ${requirement}; it is ${describeFound(value, written)}.`;
  return [{ code: complaint.kind, message, hint: hintFor(complaint, value, written), at: found.node.mark }];
}

const YAML_1_1_TRUE = /^(?:y|yes|on)$/i;
const YAML_1_1_FALSE = /^(?:n|no|off)$/i;

function hintFor({ types, choices }: InvalidValue, value: unknown, written: string): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return `A number this large loses digits; where text will do, quotes keep them: "${written}"`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return types.includes('string') && choices.length === 0 ? `As text it needs quotes: "${written}"` : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (types.includes('boolean')) {
    if (YAML_1_1_TRUE.test(value)) return `${value} is a text in YAML 1.2; write true.`;
    if (YAML_1_1_FALSE.test(value)) return `${value} is a text in YAML 1.2; write false.`;
    if (value === 'true' || value === 'false') return 'Leave the quotes out.';
  }
  const isNumeral = value.trim() !== '' && Number.isFinite(Number(value));
  if (isNumeral && (types.includes('number') || types.includes('int'))) return 'Leave the quotes out.';
  const nearest = nearestName(value, choices);
  return nearest === undefined ? undefined : `Did you mean ${nearest}?`;
}
