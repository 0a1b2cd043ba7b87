import { posix } from 'node:path';
import type { RunResult, Unreadable } from '../host.ts';
import { REDACTIONS, SECRET_CONTENT, SECRET_FILES } from './secrets.ts';

/** Whether the content of a path may never be read, links on the way left aside. */
export function isSecretPath(path: string): boolean {
  const plain = posix.normalize(path);
  return secretFiles.some(({ files, except }) => matchesAny(files, plain) && !matchesAny(except, plain));
}

export function holdsSecret(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return SECRET_CONTENT.some(({ pattern }) => pattern.test(text));
}

export interface Redacted {
  readonly bytes: Uint8Array;
  /** What was blotted out, for people. */
  readonly redacted?: string;
}

/** Replaces the secrets of lines of a file, by any of its names; all other bytes stay as they are. */
export function redact(paths: readonly string[], bytes: Uint8Array): Redacted {
  const rules = redactions.filter(({ files }) => paths.some((path) => matchesAny(files, path)));
  if (rules.length === 0) return { bytes };
  // Latin-1 maps each byte to one character and back, whatever the bytes are.
  let text = Buffer.from(bytes).toString('latin1');
  const done = new Set<string>();
  for (const { what, pattern, replacement } of rules) {
    const changed = text.replace(pattern, replacement);
    if (changed !== text) done.add(what);
    text = changed;
  }
  return done.size === 0 ? { bytes } : { bytes: Buffer.from(text, 'latin1'), redacted: [...done].sort().join(', ') };
}

export function withheld(path: string): Unreadable {
  return { kind: 'unreadable', cause: 'permission', message: `${path}: withheld: recordings hold no secrets` };
}

export function withheldRun(program: string): RunResult {
  return { kind: 'not-run', cause: 'permission', message: `${program}: withheld: recordings hold no secrets` };
}

const secretFiles = SECRET_FILES.map(({ files, except = [] }) => ({
  files: files.map(toRegExp),
  except: except.map(toRegExp),
}));
const redactions = REDACTIONS.map((rule) => ({ ...rule, files: rule.files.map(toRegExp) }));

function matchesAny(patterns: readonly RegExp[], path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}

function toRegExp(glob: string): RegExp {
  const parts: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*' };
  const source = glob.replace(/\*\*\/|\*\*|\*|[.+?^${}()|[\]\\]/g, (token) => parts[token] ?? `\\${token}`);
  return new RegExp(`^${source}$`, 'is');
}
