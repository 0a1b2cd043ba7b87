import { type BootParameter, parseCommandLine } from '../boot-parameters.ts';
import { shellWords } from './shell-words.ts';
import type { TextFile } from './state.ts';

/** What the next update-grub would put on every command line, or the line that can't be understood without running it. */
export type GrubDefaults =
  | { readonly kind: 'known'; readonly parameters: readonly PlacedParameter[] }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface PlacedParameter extends BootParameter {
  readonly path: string;
  readonly line: number;
}

/** The two variables that make the command line of an ordinary entry, in this order (grub-mkconfig's 10_linux). */
const VARIABLES = ['GRUB_CMDLINE_LINUX', 'GRUB_CMDLINE_LINUX_DEFAULT'] as const;

interface Value {
  readonly text: string;
  readonly parameters: readonly PlacedParameter[];
}

/** Reads plain assignments of /etc/default/grub and its drop-ins; never runs them. */
export function parseGrubDefaults(files: readonly TextFile[]): GrubDefaults {
  const values = new Map<string, Value>();
  for (const { path, content } of files) {
    if (content.kind === 'missing') continue;
    if (content.kind === 'unreadable') return { kind: 'unknown', reason: content.reason };
    for (const [index, raw] of content.text.split('\n').entries()) {
      const doubt = assign(raw.trim(), values, { path, line: index + 1 });
      if (doubt !== undefined) return { kind: 'unknown', reason: `${path}:${String(index + 1)} ${doubt}` };
    }
  }
  return { kind: 'known', parameters: VARIABLES.flatMap((name) => values.get(name)?.parameters ?? []) };
}

/** Takes one line in; says what is beyond a plain assignment if it may touch the command line. */
function assign(text: string, values: Map<string, Value>, place: { path: string; line: number }): string | undefined {
  if (text === '' || text.startsWith('#')) return undefined;
  const match = /^(?:export\s+)?([A-Za-z_]\w*)(\+?)=(.*)$/.exec(text);
  const [, name, plus, written] = match ?? [];
  if (name === undefined || written === undefined) {
    return text.includes('GRUB_CMDLINE') || /^(\.|source)\s/.test(text) ? 'is more than a plain assignment' : undefined;
  }
  const { words, unresolved } = shellWords(written, (one) => values.get(one)?.text ?? '');
  const isOurs = name.startsWith('GRUB_CMDLINE');
  if (isOurs && (words.length > 1 || unresolved !== undefined || /[`]|\$\(/.test(written)))
    return 'is more than a plain assignment';
  const earlier = plus === '+' ? (values.get(name)?.text ?? '') : '';
  const value = earlier + (words[0] ?? '');
  values.set(name, { text: value, parameters: placed(value, values, place) });
  return undefined;
}

/** A parameter that came in through another variable keeps the place where it was first written. */
function placed(
  value: string,
  values: ReadonlyMap<string, Value>,
  place: { path: string; line: number },
): readonly PlacedParameter[] {
  const known = [...values.values()].flatMap(({ parameters }) => parameters);
  return parseCommandLine(value).map((parameter) => {
    const origin = known.find((one) => one.name === parameter.name && one.value === parameter.value);
    return { ...parameter, path: origin?.path ?? place.path, line: origin?.line ?? place.line };
  });
}
