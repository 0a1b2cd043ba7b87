import type { Host, RunResult } from '../host/host.ts';

/** How long a package manager may take to find out what it would do: it asks its registry. */
const TOOL_LIMIT_MS = 10 * 60 * 1000;
const SMALL_LIMIT_MS = 30_000;
/** As large as a lock file may be. */
const RESULT_LIMIT_BYTES = 64 * 1024 * 1024;
const LAST_LINES = 6;
const SHOWN_CHARACTERS = 600;

/** A folder on the machine in which a package manager may rehearse; nothing outside of it changes. */
export interface Scratch {
  readonly folder: string;
  /** Throws when it can't be written. */
  write(name: string, text: string): Promise<void>;
  /** Runs a program in the folder. */
  run(argv: readonly [string, ...string[]]): Promise<Said>;
  /** `undefined` where there is no such file. */
  read(name: string): Promise<string | undefined>;
}

export type Said =
  | { readonly kind: 'done'; readonly stdout: string }
  /** `message`: the last that the program said. */
  | { readonly kind: 'failed'; readonly message: string };

/** Makes a folder for the time of some work, on a machine that runs. Throws when there can be none. */
export async function inScratch<Result>(host: Host, work: (scratch: Scratch) => Promise<Result>): Promise<Result> {
  const made = saidBy(await host.run(['mktemp', '-d', '-t', 'freehold-deps.XXXXXX'], { timeoutMs: SMALL_LIMIT_MS }));
  const folder = made.kind === 'done' ? made.stdout.trim() : '';
  if (!folder.startsWith('/')) throw new Error(made.kind === 'failed' ? made.message : 'mktemp names no folder');
  try {
    return await work(scratchIn(host, folder));
  } finally {
    await host.run(['rm', '-rf', folder], { timeoutMs: SMALL_LIMIT_MS });
  }
}

function scratchIn(host: Host, folder: string): Scratch {
  return {
    folder,
    async write(name, text) {
      const path = `${folder}/${name}`;
      const argv = ['/bin/sh', '-c', 'mkdir -p "${1%/*}" && cat >"$1"', 'sh', path] as const;
      const said = saidBy(await host.run(argv, { timeoutMs: SMALL_LIMIT_MS, stdin: text }));
      if (said.kind === 'failed') throw new Error(`${path} could not be written: ${said.message}`);
    },
    async run(argv) {
      const inside = ['/bin/sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', folder, ...argv] as const;
      return saidBy(await host.run(inside, { timeoutMs: TOOL_LIMIT_MS }));
    },
    async read(name) {
      const result = await host.read(`${folder}/${name}`, { limitBytes: RESULT_LIMIT_BYTES });
      return result.kind === 'content' ? new TextDecoder().decode(result.bytes) : undefined;
    },
  };
}

/** What a program said when it had ended. */
export function saidBy(result: RunResult): Said {
  if (result.kind === 'not-run') return { kind: 'failed', message: result.message };
  const stdout = new TextDecoder().decode(result.stdout);
  if (result.kind === 'exited' && result.code === 0) return { kind: 'done', stdout };
  const complaint = lastOf(new TextDecoder().decode(result.stderr)) || lastOf(stdout);
  const ending = result.kind === 'ended' ? result.message : `it ended with exit code ${String(result.code)}`;
  return { kind: 'failed', message: complaint === '' ? ending : complaint };
}

/** What it calls errors, or else its last lines. */
function lastOf(text: string): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{Cc}+(?:\[[0-9;]*m)?/gu, '').trim())
    .filter((line) => line !== '');
  const errors = lines.filter((line) => /^(?:error|npm err(?:or)?!?|ERR_[A-Z_]+|E)\b:?/i.test(line));
  const said = (errors.length > 0 ? errors : lines).slice(-LAST_LINES).join(' ');
  return said.length > SHOWN_CHARACTERS ? `${said.slice(0, SHOWN_CHARACTERS)} …` : said;
}
