import type { Host } from '../../../../host/host.ts';
import { type Directive, parseAptConf } from '../apt-conf.ts';
import { APT, readByApt } from '../apt-files.ts';
import type { SourceProblem } from '../source-entry.ts';

export interface ObservedConfiguration {
  /** In apt's order, with includes in their places. */
  readonly directives: readonly Directive[];
  readonly problems: readonly SourceProblem[];
}

/** apt itself gives up there (ReadConfigFile). */
const INCLUDE_DEPTH_MAX = 10;
/** Files that include each other twice each would have no end for all that. */
const FILES_MAX = 1000;

/** Reads apt.conf.d, then apt.conf, as pkgInitConfig does; what APT_CONFIG would add is no part of the machine. */
export async function observeConfiguration(host: Host): Promise<ObservedConfiguration> {
  const reader = new ConfigurationReader(host);
  const parts = await reader.readPath(`${APT.parts}/`, 0);
  const main = await reader.readPath(APT.main, 0);
  return { directives: [...parts, ...main], problems: reader.problems };
}

class ConfigurationReader {
  readonly problems: SourceProblem[] = [];
  readonly #host: Host;
  #files = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** A folder where it ends in a slash. */
  async readPath(path: string, depth: number): Promise<readonly Directive[]> {
    if (!path.endsWith('/')) return this.#readFile(path, depth);
    const listed = await this.#host.list(path.slice(0, -1));
    if (listed.kind === 'unreadable') this.problems.push({ where: { path }, message: listed.message });
    if (listed.kind !== 'entries') return [];
    const names = listed.entries.filter(({ type }) => type !== 'directory').map(({ name }) => name);
    const read = await Promise.all(readByApt(names, ['', '.conf']).map((name) => this.#readFile(path + name, depth)));
    return read.flat();
  }

  async #readFile(path: string, depth: number): Promise<readonly Directive[]> {
    this.#files += 1;
    if (depth > INCLUDE_DEPTH_MAX || this.#files > FILES_MAX) {
      this.problems.push({ where: { path }, message: 'too many files include each other' });
      return [];
    }
    const file = await this.#host.read(path);
    if (file.kind === 'unreadable') this.problems.push({ where: { path }, message: file.message });
    if (file.kind !== 'content') return [];
    const { directives, problem } = parseAptConf(new TextDecoder().decode(file.bytes), path);
    if (problem !== undefined)
      this.problems.push({ where: problem.where, message: `apt stops here: ${problem.message}` });
    const whole: Directive[] = [];
    for (const directive of directives) {
      if (directive.kind === 'include') whole.push(...(await this.readPath(directive.path, depth + 1)));
      else whole.push(directive);
    }
    return whole;
  }
}
