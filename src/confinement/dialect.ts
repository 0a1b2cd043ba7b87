import type { Dialect } from '../apparmor/language/syntax.ts';
import { runParser } from '../controls/confinement/parser/observe.ts';
import type { Host } from '../host/host.ts';

const TIMEOUT_MS = 10_000;
const VERSION = /AppArmor parser version (\d+)\.(\d+)/;
/** Of Debian 12, and what every later one still takes. */
const DEFAULT: Dialect = '3.0';
const FIRST_WITH_PRIORITY = 1;

/** The language of the apparmor_parser(8) that is installed there; where there is none, the oldest one. */
export async function dialectOf(host: Host): Promise<Dialect> {
  const { result: ran } = await runParser(host, ['--version'], { timeoutMs: TIMEOUT_MS });
  return ran.kind === 'exited' ? dialectOfVersion(new TextDecoder().decode(ran.stdout)) : DEFAULT;
}

/** By what `apparmor_parser --version` prints. */
export function dialectOfVersion(printed: string): Dialect {
  const [, major, minor] = VERSION.exec(printed)?.map(Number) ?? [];
  if (major === undefined || minor === undefined || major <= 3) return DEFAULT;
  if (major >= 5) return '5.0';
  return minor >= FIRST_WITH_PRIORITY ? '4.1' : '4.0';
}
