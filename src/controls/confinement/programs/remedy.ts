import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Change } from '../../../core/change.ts';
import type { ByteText } from '../../../core/byte-text.ts';
import { toText } from '../../../core/byte-text.ts';
import type { Remedy } from '../../../core/finding.ts';
import type { WishedMode } from '../policy.ts';
import { modeOfFlags, withModes } from '../policy-files/flags.ts';
import { headersOf } from '../policy-files/headers.ts';
import type { PolicyFile, PolicyLink } from '../state.ts';

/** What is to become of one file of profiles: all that the blueprint wishes of it at once, so that it is written once. */
export interface FileWish {
  readonly file: PolicyFile;
  /** By label. */
  readonly modes: ReadonlyMap<ByteText, WishedMode>;
  /** Whether the kernel holds any of its profiles: then nothing of it is ever unloaded. */
  readonly isLoaded: boolean;
}

/** Puts a file's profiles into their modes and loads them; what is there before is what going back loads again. */
export function modeRemedy({ file, modes, isLoaded }: FileWish): Remedy {
  const problem = obstacle(file, modes);
  if (problem !== undefined) return { kind: 'manual', instruction: problem };
  const isEnforcing = [...modes.values()].includes('enforce');
  const links = [
    ...(file.disabledBy === undefined ? [] : [file.disabledBy]),
    // The link puts all of the file into complain mode, whatever its flags.
    ...(file.forcedBy === undefined || !isEnforcing ? [] : [file.forcedBy]),
  ];
  const edited = toText(
    withModes(file.text, file.forcedBy === undefined || !isEnforcing ? modes : allModes(file, modes)),
  );
  const changes = [
    ...links.map(removeLink),
    ...(edited === undefined || edited === toText(file.text) ? [] : [writeFile(file, edited)]),
  ];
  const before = isLoaded && changes.length > 0 ? [loadWhenGoingBack(file.path)] : [];
  return { kind: 'changes', changes: [...before, ...changes, loadFile(file.path, isLoaded)] };
}

/** The link had all of the file complain: profiles of it that nobody wishes to be enforced go on so when the link is gone. */
function allModes({ text }: PolicyFile, modes: FileWish['modes']): FileWish['modes'] {
  const others = headersOf(text).filter(({ label, flags }) => !modes.has(label) && modeOfFlags(flags) === 'enforce');
  return new Map([...others.map(({ label }) => [label, 'complain'] as const), ...modes]);
}

function obstacle(file: PolicyFile, modes: ReadonlyMap<ByteText, WishedMode>): string | undefined {
  if (toText(file.text) === undefined || /[\p{Cc}]/u.test(file.path))
    return `${file.path} is not UTF-8 text: change its flags by hand, and load it with apparmor_parser -r.`;
  const unconfined = headersOf(file.text).find(
    ({ label, flags }) => modes.has(label) && ['unconfined', 'default_allow'].includes(modeOfFlags(flags)),
  );
  if (unconfined !== undefined)
    return `${file.path}:${String(unconfined.line)} is a profile that allows everything (flags=(${unconfined.flags.join(', ')})): it needs rules before it can be enforced; \`freehold confine learn\` writes them.`;
  const odd = [file.disabledBy, file.forcedBy].find((link) => link !== undefined && link.target === undefined);
  return odd === undefined ? undefined : `${odd.path} is no symbolic link: look what it is, and remove it.`;
}

function removeLink({ path, target = '' }: PolicyLink): Change {
  return {
    kind: 'command',
    title: `remove the link ${path}`,
    run: ['rm', '--', path],
    undo: ['ln', '-s', '--', target, path],
    touches: [],
  };
}

function writeFile({ path, text }: PolicyFile, content: string): Change {
  const madeFrom = hash('sha256', Buffer.from(text, 'latin1'));
  return { kind: 'file', path, content, madeFrom, created: { mode: 0o644, owner: 'root', group: 'root' } };
}

/**
 * The cache is written anew and not read: it counts as fresh while no source is newer than it (policy_cache.c), and a file that is put
 * back is as old as it was.
 */
const LOAD = ['apparmor_parser', '--replace', '--skip-read-cache', '--write-cache', '--'] as const;

/**
 * Does nothing on the way forward. It stands before the file is touched, for going back after a boot between the two: that boot has
 * loaded the new file, and has put it into the cache, although no step of the run had.
 */
function loadWhenGoingBack(path: string): Change {
  return {
    kind: 'command',
    title: `when this is taken back, load ${path} as it is now`,
    run: ['true'],
    undo: null,
    settle: [...LOAD, path],
    touches: [],
  };
}

/** Replaces what is in force. Going back, only a profile that was not there before is removed. */
export function loadFile(path: string, isLoaded: boolean): Change {
  return {
    kind: 'command',
    title: `load the profiles of ${path}`,
    run: [...LOAD, path],
    undo: isLoaded ? null : ['apparmor_parser', '--remove', '--', path],
    touches: [],
  };
}
