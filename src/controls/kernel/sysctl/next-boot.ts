import type { Location } from '../../../core/finding.ts';
import type { PlacedAssignment } from './assignments.ts';
import { globMatches, isGlob } from '../glob.ts';
import { type Effect, effectsOf, type Interfaces, kernelDefault } from './kernel-effects.ts';
import { kernelInteger, normalizeValue } from './value.ts';

/** What the next boot will set a key to, and the line that decides. */
export interface BootValue {
  readonly value: string;
  readonly where: Location;
  /** Set when the kernel changes this key along with another one: that one's path. */
  readonly because?: string;
  /** Whether the line names the key itself rather than a pattern or another key. */
  readonly isExplicit: boolean;
}

export interface BootSettings {
  /** Set by the kernel itself from `sysctl.*` parameters, before init runs. */
  readonly commandLine: readonly PlacedAssignment[];
  /** Of all files, in the order they are read. */
  readonly assignments: readonly PlacedAssignment[];
  /** The keys that patterns are tried on, as paths. */
  readonly keys: Iterable<string>;
  readonly interfaces: Interfaces;
  /** Values as they are now: they tell which keys hold an integer. */
  readonly current: ReadonlyMap<string, string>;
  /** Values before anything is set; without it the kernel's defaults are taken where they matter. */
  readonly initial?: ReadonlyMap<string, string>;
  /** Interface keys that count as written before anything is set: a network namespace inherits the marks of the first one. */
  readonly written?: Iterable<string>;
}

/** Plays the next boot: what systemd-sysctl writes, in its order, and what the kernel makes of each write. */
export function simulateBoot(settings: BootSettings): ReadonlyMap<string, BootValue> {
  const boot = new Boot(settings);
  for (const assignment of settings.commandLine) boot.set(assignment.path, assignment);
  const options = lastAssignments(settings.assignments);
  const keys = [...settings.keys].sort();
  for (const option of options.values()) {
    if (option.value === null) continue;
    if (!isGlob(option.path)) boot.set(option.path, option);
    else for (const key of keys) if (!options.has(key) && globMatches(option.path, key)) boot.set(key, option);
  }
  return boot.values;
}

/**
 * The hash map that systemd-sysctl fills from its files: a later assignment replaces an earlier one and moves it to the
 * end, one with the same value leaves it where it was.
 */
function lastAssignments(assignments: readonly PlacedAssignment[]): ReadonlyMap<string, PlacedAssignment> {
  const options = new Map<string, PlacedAssignment>();
  for (const assignment of assignments) {
    if (options.has(assignment.path) && options.get(assignment.path)?.value === assignment.value) continue;
    options.delete(assignment.path);
    options.set(assignment.path, assignment);
  }
  return options;
}

class Boot {
  readonly values = new Map<string, BootValue>();
  /** Keys that were written themselves: conf/default no longer reaches them (`state` of struct ipv4_devconf). */
  readonly #written: Set<string>;
  readonly #settings: BootSettings;

  constructor(settings: BootSettings) {
    this.#settings = settings;
    this.#written = new Set(settings.written);
  }

  set(path: string, option: PlacedAssignment): void {
    const value = option.value ?? '';
    const previous = this.#valueOf(path);
    const where = { path: option.file, line: option.line };
    if (isRefusedByKernel(value, this.#settings.current.get(path))) {
      // Even so the kernel notes the write and hands conf/default on as it is (devinet_conf_proc()).
      this.#written.add(path);
      if (previous !== undefined) this.#handOn(path, previous, where);
      return;
    }
    this.values.set(path, { value, where, isExplicit: !isGlob(option.path) });
    // systemd-sysctl doesn't write what is there already (WRITE_STRING_FILE_SUPPRESS_REDUNDANT_VIRTUAL).
    if (previous !== undefined && value === printedValue(previous)) return;
    this.#written.add(path);
    for (const effect of effectsOf(path, value, { interfaces: this.#settings.interfaces, previous })) {
      if (!effect.yieldsToExplicit) this.values.set(effect.path, effectValue(effect, path, where));
    }
    this.#handOn(path, value, where);
  }

  #handOn(path: string, value: string, where: Location): void {
    for (const effect of effectsOf(path, value, { interfaces: this.#settings.interfaces, previous: value })) {
      if (!effect.yieldsToExplicit || this.#written.has(effect.path)) continue;
      this.values.set(effect.path, effectValue(effect, path, where));
    }
  }

  #valueOf(path: string): string | undefined {
    const { initial } = this.#settings;
    return this.values.get(path)?.value ?? (initial === undefined ? kernelDefault(path) : initial.get(path));
  }
}

function effectValue(effect: Effect, because: string, where: Location): BootValue {
  return { value: effect.value, where, because, isExplicit: false };
}

/** How the kernel prints a value that was written: plain decimal numbers with tabs between them. */
function printedValue(value: string): string {
  return normalizeValue(value).replaceAll(' ', '\t');
}

/** A key that holds one integer takes nothing else (proc_dointvec): the write fails and the value stays. */
function isRefusedByKernel(value: string, current: string | undefined): boolean {
  return current !== undefined && kernelInteger(current) !== undefined && kernelInteger(value) === undefined;
}
