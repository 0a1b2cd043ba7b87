import { quote, quoteAll } from './quote.ts';

/** What a control asks of a machine. */
export type Question =
  | ReadQuestion
  | { readonly kind: 'list'; readonly path: string }
  | { readonly kind: 'stat'; readonly path: string }
  | RunQuestion;

export interface ReadQuestion {
  readonly kind: 'read';
  readonly path: string;
  readonly limitBytes: number;
  /** Whether a program of its own reads it, which no byte can confuse. */
  readonly isAlone: boolean;
}

export interface RunQuestion {
  readonly kind: 'run';
  readonly argv: readonly [string, ...string[]];
  readonly stdin: string | Uint8Array | undefined;
  readonly timeoutMs: number;
  readonly limitBytes: number;
  readonly onStdout: ((bytes: Uint8Array) => void) | undefined;
}

export interface NumberedQuestion {
  readonly number: number;
  readonly question: Question;
}

/** So many paths at once: far from what a shell or a program takes as arguments. */
const GROUP_SIZE = 200;
const MS_PER_SECOND = 1000;

/** The script that asks all of them; answers may come in another order. */
export function encodeBatch(questions: readonly NumberedQuestion[], endNumber: number): string {
  const { files, alone, folders, stats, runs } = sorted(questions);
  const looks = [
    ...grouped(files, ({ number, question }) => [
      String(number),
      String(question.limitBytes),
      quote(question.path),
    ]).map((words) => `read_files ${words}`),
    ...alone.map(
      ({ number, question }) => `read_file ${String(number)} ${String(question.limitBytes)} ${quote(question.path)}`,
    ),
    ...folders.map(({ number, question }) => `list_folder ${String(number)} ${quote(question.path)}`),
    ...grouped(stats, ({ number, question }) => [String(number), quote(question.path)]).map(
      (words) => `describe ${words}`,
    ),
  ];
  return [
    ...(looks.length > 0 ? ['{', ...looks, '} 2>/dev/null'] : []),
    ...runs.map(({ number, question }) => encodeRun(number, question)),
    `answer ${String(endNumber)} end`,
    '',
  ].join('\n');
}

type Numbered<Kind extends Question['kind']> = {
  readonly number: number;
  readonly question: Extract<Question, { kind: Kind }>;
};

interface Sorted {
  readonly files: readonly Numbered<'read'>[];
  readonly alone: readonly Numbered<'read'>[];
  readonly folders: readonly Numbered<'list'>[];
  readonly stats: readonly Numbered<'stat'>[];
  readonly runs: readonly Numbered<'run'>[];
}

function sorted(questions: readonly NumberedQuestion[]): Sorted {
  const files: Numbered<'read'>[] = [];
  const alone: Numbered<'read'>[] = [];
  const folders: Numbered<'list'>[] = [];
  const stats: Numbered<'stat'>[] = [];
  const runs: Numbered<'run'>[] = [];
  for (const { number, question } of questions) {
    if (question.kind === 'read') (question.isAlone ? alone : files).push({ number, question });
    else if (question.kind === 'list') folders.push({ number, question });
    else if (question.kind === 'stat') stats.push({ number, question });
    else runs.push({ number, question });
  }
  return { files, alone, folders, stats, runs };
}

function grouped<Item>(items: readonly Item[], wordsOf: (item: Item) => readonly string[]): readonly string[] {
  const groups: string[] = [];
  for (let start = 0; start < items.length; start += GROUP_SIZE) {
    groups.push(
      items
        .slice(start, start + GROUP_SIZE)
        .flatMap(wordsOf)
        .join(' '),
    );
  }
  return groups;
}

function encodeRun(number: number, { argv, stdin, timeoutMs, limitBytes, onStdout }: RunQuestion): string {
  const seconds = Math.max(1, Math.ceil(timeoutMs / MS_PER_SECOND));
  // `head` keeps back what it gets until it has enough: nothing for somebody who watches.
  const limit = onStdout === undefined ? limitBytes + 1 : 0;
  const run = `run_program ${String(number)} ${String(seconds)} ${String(limit)} ${quoteAll(argv)}`;
  return stdin === undefined || stdin.length === 0 ? `${run} </dev/null` : `printf ${printable(stdin)} | ${run}`;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The arguments of a `printf` that prints exactly these bytes; octal (XCU printf) where no shell word can hold them. */
function printable(stdin: string | Uint8Array): string {
  const text = typeof stdin === 'string' ? stdin : textOf(stdin);
  if (text !== undefined && !text.includes('\0')) return `%s ${quote(text)}`;
  const octal = [...Buffer.from(stdin)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return quote(octal.join(''));
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
