import type { ConfinementPolicy, ProgramWish, WishedMode } from '../controls/confinement/policy.ts';
import { absolutePath } from '../core/absolute-path.ts';
import { FreeholdError } from '../core/error.ts';
import type { Host } from '../host/host.ts';

/** What `freehold confine enforce PROGRAM… [MACHINE]` and its like are about. */
export interface ProgramsAndMachine {
  readonly programs: readonly string[];
  readonly address: string | undefined;
}

/** A program is a path; what isn't one is the machine, and comes last. */
export function programsAndMachine(words: readonly string[]): ProgramsAndMachine {
  const last = words.at(-1);
  const hasHost = last !== undefined && words.length > 1 && !last.startsWith('/');
  const programs = hasHost ? words.slice(0, -1) : words;
  const wrong = programs.find((word) => !absolutePath.safeParse(word).success);
  if (wrong === undefined) return { programs, address: hasHost ? last : undefined };
  const message = `${JSON.stringify(wrong)} is no path of a program.`;
  throw usage('program', message, 'Programs are named by their paths: /usr/sbin/cupsd. The machine comes after them.');
}

/** Of the blueprint, what it says of these programs: which profile, what of its children, what must have been seen first. */
export function policyOf(
  { programs: wished, compare }: ConfinementPolicy,
  programs: readonly string[],
  { mode, hasSoak }: { readonly mode: WishedMode; readonly hasSoak: boolean },
): ConfinementPolicy {
  const wishes = programs.map((program): readonly [string, ProgramWish] => {
    const { soak, ...wish } = wished[program] ?? { mode };
    // Children that the blueprint has in another mode stay so when the program is enforced; when it complains, so do they.
    const { children, ...rest } = wish;
    return [
      program,
      {
        ...rest,
        mode,
        ...(mode === 'enforce' && children !== undefined && { children }),
        ...(mode === 'enforce' && hasSoak && soak !== undefined && { soak }),
      },
    ];
  });
  return { programs: Object.fromEntries(wishes), compare, allowed: [], without: [] };
}

/** What isn't there has no profile either, and is most likely misspelt. */
export async function requireInstalled(host: Host, { programs }: ConfinementPolicy): Promise<void> {
  const stats = await Promise.all(
    Object.keys(programs).map(async (program) => ({ program, stat: await host.stat(program) })),
  );
  const missing = stats.filter(({ stat }) => stat.kind === 'missing').map(({ program }) => program);
  if (missing.length === 0) return;
  throw usage(
    'missing',
    `${missing.join(', ')} isn’t on ${host.facts.address}.`,
    '`freehold confine status` shows what is.',
  );
}

function usage(code: string, message: string, hint: string): FreeholdError {
  return new FreeholdError('usage', [{ code: `confine/${code}`, level: 'error', message, hint }]);
}
