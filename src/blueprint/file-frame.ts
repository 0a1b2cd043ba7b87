import { check } from './check.ts';
import { settleEmpties } from './empties.ts';
import { type Frame, FORMAT_VERSION, frameSchema } from './frame.ts';
import type { Problems } from './problems.ts';
import { describeFound } from './complaint.ts';
import type { Section } from './section.ts';
import { findNode, type MapNode, toPlain } from './tree.ts';

/** One file of a blueprint, its frame looked at. */
export interface FramedFile {
  readonly tree: MapNode;
  /** `undefined` where something in the frame is wrong. */
  readonly frame: Frame | undefined;
}

/** Needs a value when it is there; below every other key, all may be commented out. */
const NEEDS_VALUE = 'name';

/** Looks at everything in a file but its sections and waivers. `undefined` for a file in a format we can't read. */
export function readFrame(tree: MapNode, sections: readonly Section[], problems: Problems): FramedFile | undefined {
  const version = checkVersion(tree, problems);
  if (version === 'other') return undefined;
  const entries = [...tree.entries].filter(([key, { value }]) => value.kind !== 'empty' || key === NEEDS_VALUE);
  const settled = settleFrame({ ...tree, entries: new Map(entries) }, problems);
  // A missing version has been told of already, in better words than the schema's.
  const isPartial = version === 'missing';
  return { tree: settled, frame: check(frameSchema(sections), { root: settled, at: [], problems, isPartial }) };
}

function checkVersion(tree: MapNode, problems: Problems): 'ours' | 'missing' | 'other' {
  const found = findNode(tree, ['version']);
  const line = `version: ${FORMAT_VERSION}`;
  if (found === undefined || found.node.kind === 'empty') {
    const message = 'The file does not say which version of the blueprint format it is written in.';
    const at = found?.place ?? tree.mark;
    problems.error({ code: 'missing-version', message, hint: `Put the line \`${line}\` at its top.`, at });
    return 'missing';
  }
  const value = toPlain(found.node);
  if (value === FORMAT_VERSION) return 'ours';
  const isQuoted = value === String(FORMAT_VERSION);
  const message = isQuoted
    ? `version must be the number ${FORMAT_VERSION}; it is a text.`
    : `This Freehold reads version ${FORMAT_VERSION} of the blueprint format; here it is ${describeFound(value, found.node.kind === 'scalar' ? found.node.written : '')}.`;
  const hint = isQuoted
    ? `Leave the quotes out: ${line}`
    : `Write \`${line}\`, or use the Freehold this file was written for.`;
  problems.error({ code: 'unsupported-version', message, hint, at: found.node.mark });
  return 'other';
}

/** In `variables:` every key needs a value; sections and waivers are settled when all files are merged. */
function settleFrame(tree: MapNode, problems: Problems): MapNode {
  const variables = tree.entries.get('variables');
  if (variables?.value.kind !== 'map') return tree;
  const view = (): { keys: readonly string[]; isContainer: boolean } => ({ keys: [], isContainer: false });
  const value = settleEmpties(variables.value, { path: ['variables'], view, problems });
  return { ...tree, entries: new Map(tree.entries).set('variables', { ...variables, value }) };
}
