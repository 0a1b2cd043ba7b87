import type { Diagnostic } from '../core/diagnostic.ts';

/** What apparmor_parser prints: `AppArmor parser error for A in profile B at line 3: …`, `Warning from A (B line 3): …`. */
const LINES: readonly RegExp[] = [
  /^(?<level>AppArmor parser error)(?: for (?<file>.{1,4096}?))?(?: in (?:profile )?(?<inner>.{1,4096}?))?(?: at line (?<line>[0-9]{1,9}))?: (?<text>.*)$/,
  /^(?<level>Warning)(?: from (?<file>.{1,4096}?))?(?: \((?:(?<inner>.{1,4096}?) line )?(?<line>[0-9]{1,9})\))?: (?<text>.*)$/,
];
const LINE_CHARACTERS_MAX = 8192;
const COMPLAINTS_MAX = 1000;

/** The parser's complaints with their places, and every other line it printed as it is. */
export function readComplaints(stderr: string, path: string): readonly Diagnostic[] {
  return stderr
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, COMPLAINTS_MAX)
    .map((line) => complaint(line.slice(0, LINE_CHARACTERS_MAX), path));
}

function complaint(text: string, path: string): Diagnostic {
  for (const pattern of LINES) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) continue;
    const { level = '', file, inner, line, text: message = '' } = groups;
    return {
      code: 'confinement/parser',
      level: level === 'Warning' ? 'warning' : 'error',
      message,
      where: { path: inner ?? file ?? path, ...(line !== undefined && { line: Number(line) }) },
    };
  }
  return {
    code: 'confinement/parser',
    level: /^(?:profile|Cache)\b/.test(text) ? 'warning' : 'error',
    message: text,
    where: { path },
  };
}
