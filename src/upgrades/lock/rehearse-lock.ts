import type { Package } from '../../controls/dependencies/inventory/package.ts';
import type { Knowledge } from '../../controls/dependencies/state.ts';
import type { Want } from '../../controls/dependencies/proposal.ts';
import type { Said, Scratch } from '../scratch.ts';
import { certainWeaknesses } from '../../controls/dependencies/judgement/wanted.ts';
import type { LockTool } from './lock-tool.ts';

/** The files of a project that a package manager reads and writes, by their path below its folder. */
export type ProjectFiles = ReadonlyMap<string, string>;

export interface LockRehearsal {
  readonly files: ProjectFiles;
  readonly packages: readonly Package[];
  /** Those whose weaknesses stay, by key. */
  readonly left: readonly Want[];
}

export type Outcome =
  | { readonly kind: 'rehearsed'; readonly rehearsal: LockRehearsal }
  | { readonly kind: 'failed'; readonly message: string };

export interface LockRehearsed {
  readonly tool: LockTool;
  /** Absolute, with the search path it needs: `env PATH=… npm`. */
  readonly argv: readonly [string, ...string[]];
  /** As they are now, with manifests that allow what is wanted. */
  readonly files: ProjectFiles;
  readonly isManifestChanged: boolean;
  readonly packages: readonly Package[];
  readonly wants: readonly Want[];
  readonly knowledge: Knowledge;
}

/**
 * Lets the package manager move what is wanted within what is asked for. Where something holds it back, what needs it may move too,
 * directly and then through others: the smallest set that clears the most.
 */
export async function rehearseLock(scratch: Scratch, rehearsed: LockRehearsed): Promise<Outcome> {
  let best: LockRehearsal | undefined;
  for (const names of setsOf(rehearsed)) {
    const outcome = await moveOnce(scratch, rehearsed, names);
    if (outcome.kind === 'failed') {
      if (best === undefined) return outcome;
      break;
    }
    if (best === undefined || outcome.rehearsal.left.length < best.left.length) best = outcome.rehearsal;
    if (best.left.length === 0) break;
  }
  return best === undefined
    ? { kind: 'failed', message: 'nothing is to move' }
    : { kind: 'rehearsed', rehearsal: best };
}

/** What may move: the packages themselves, then those that need them, then all through which they are needed. */
function setsOf({ packages, wants }: LockRehearsed): readonly (readonly string[])[] {
  const own = new Set(wants.map((want) => want.package.key));
  const direct = withDependents(packages, own);
  let all = direct;
  for (let next = withDependents(packages, all); next.size > all.size; next = withDependents(packages, all)) all = next;
  const sets = [own, direct, all].map((keys) => {
    const names = packages.filter(({ key }) => keys.has(key)).map(({ name }) => name);
    // A lock may say anything, and what begins like this is an option.
    return [...new Set(names)].filter((name) => !name.startsWith('-')).sort();
  });
  return sets.filter((names, index) => index === 0 || names.length > (sets[index - 1]?.length ?? 0));
}

function withDependents(packages: readonly Package[], keys: ReadonlySet<string>): ReadonlySet<string> {
  const needing = packages.filter(({ requires }) => requires.some((key) => keys.has(key)));
  return new Set([...keys, ...needing.map(({ key }) => key)]);
}

async function moveOnce(scratch: Scratch, rehearsed: LockRehearsed, names: readonly string[]): Promise<Outcome> {
  const { tool, argv, files, isManifestChanged, knowledge, wants } = rehearsed;
  for (const [name, text] of files) await scratch.write(name, text);
  const resolve = (): Promise<Said> => scratch.run([...argv, ...tool.resolve]);
  const said = await inTurn([
    ...(isManifestChanged ? [resolve] : []),
    async () => {
      if (tool.move.kind === 'command') return scratch.run([...argv, ...tool.move.arguments(names)]);
      await scratch.write(tool.lock, tool.move.forget((await scratch.read(tool.lock)) ?? '', names));
      return resolve();
    },
  ]);
  if (said.kind === 'failed') return said;
  const after = new Map<string, string>();
  for (const [name, before] of files) after.set(name, (await scratch.read(name)) ?? before);
  const { packages } = tool.parse(after.get(tool.lock) ?? '', tool.lock);
  const left = wants.filter((want) => isStillThere(want, packages, knowledge));
  return { kind: 'rehearsed', rehearsal: { files: after, packages, left } };
}

async function inTurn(steps: readonly (() => Promise<Said>)[]): Promise<Said> {
  let said: Said = { kind: 'done', stdout: '' };
  for (const step of steps) {
    said = await step();
    if (said.kind === 'failed') return said;
  }
  return said;
}

/** Whether any package of that name has a weakness that the wanted one has. */
function isStillThere(want: Want, packages: readonly Package[], knowledge: Knowledge): boolean {
  const weaknesses = certainWeaknesses(want.package, knowledge);
  return packages
    .filter(({ name }) => name === want.package.name)
    .some((one) => certainWeaknesses(one, knowledge).some((weakness) => weaknesses.includes(weakness)));
}
