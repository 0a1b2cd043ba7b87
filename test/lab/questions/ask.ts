/** The kernel as judge: what its loaded profiles permit, asked of itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteText } from '../../../src/core/byte-text.ts';
import type { LabMachine } from '../machine.ts';

const PROGRAM = join(import.meta.dirname, 'ask.pl');
const LIMIT_MS = 300_000;

/** Whether the asker owns the file. */
const ASKERS = ['owner', 'other'] as const;

/** The permissions of security/apparmor/include/perms.h (and of sys/apparmor.h) as masks. */
export interface Answer {
  readonly allow: number;
  readonly deny: number;
  readonly audit: number;
  readonly quiet: number;
}

export interface Answers {
  /** Each with every path, as owner and as other. */
  readonly labels: readonly string[];
  readonly paths: readonly ByteText[];
  /** The different ones. */
  readonly answers: readonly Answer[];
  /** `<label> owner` or `<label> other` to the index in `answers` for each path. */
  readonly table: Readonly<Record<string, readonly number[]>>;
}

/** Asks about every path for every label, as owner and as other. Throws when the kernel doesn't know a label. */
export function ask(machine: LabMachine, labels: readonly string[], paths: readonly ByteText[]): Answers {
  const columns = labels.flatMap((label) => ASKERS.map((who) => ({ label, who })));
  const hex = paths.map((path) => Buffer.from(path, 'latin1').toString('hex'));
  const questions = columns.flatMap(({ label, who }) => hex.map((path) => `${label}\t${who}\t${path}\n`)).join('');
  machine.sh(
    `cat >/root/ask.pl <<'END'\n${readFileSync(PROGRAM, 'utf8')}END\ncat >/root/questions <<'END'\n${questions}END`,
  );
  const lines = machine.sh('perl /root/ask.pl </root/questions', { timeoutMs: LIMIT_MS }).trimEnd().split('\n');
  if (lines.length !== columns.length * paths.length) throw new Error(`${String(lines.length)} answers`);
  const known = new Map<string, number>();
  const table = columns.map(({ label, who }, column) => {
    const answers = lines.slice(column * paths.length, (column + 1) * paths.length).map((line) => {
      if (line.startsWith('error')) throw new Error(`${label}: ${line}`);
      const index = known.get(line) ?? known.size;
      known.set(line, index);
      return index;
    });
    return [`${label} ${who}`, answers] as const;
  });
  return { labels, paths, answers: [...known.keys()].map(answerOf), table: Object.fromEntries(table) };
}

function answerOf(line: string): Answer {
  const [allow = 0, deny = 0, audit = 0, quiet = 0] = line.split(' ').map((word) => Number.parseInt(word, 16));
  return { allow, deny, audit, quiet };
}
