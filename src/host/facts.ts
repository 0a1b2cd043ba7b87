import type { Facts } from './host.ts';

/** The texts that facts are made of, however they were read. */
export interface FactSources {
  readonly address: string;
  readonly hostname: string;
  /** Content of /etc/os-release (or /usr/lib/os-release); empty when there is none. */
  readonly osRelease: string;
  readonly kernelRelease: string;
  readonly architecture: string;
  readonly uid: number;
  readonly container: string | null;
  readonly isRunning: boolean;
}

/** Turns what a machine says of itself into {@link Facts}. */
export function factsFrom(sources: FactSources): Facts {
  const release = parseOsRelease(sources.osRelease);
  return {
    address: sources.address,
    hostname: sources.hostname,
    os: release.get('ID') ?? 'unknown',
    osVersion: release.get('VERSION_ID') ?? '',
    osName: release.get('PRETTY_NAME') ?? '',
    kernelRelease: sources.kernelRelease,
    architecture: sources.architecture,
    isRoot: sources.uid === 0,
    container: sources.container,
    isRunning: sources.isRunning,
  };
}

/** The places where a machine says that it is a container; `undefined` for what isn't there. */
export interface ContainerMarks {
  /** Content of /run/systemd/container. */
  readonly declared: string | undefined;
  readonly hasContainerenv: boolean;
  readonly hasDockerenv: boolean;
  /** Where /proc/self/ns/pid points. */
  readonly pidNamespace: string | undefined;
}

/** PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h: who stands in this PID namespace is not in a container. */
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';

/** https://systemd.io/CONTAINER_INTERFACE/ and the marks that podman and docker leave. */
export function containerFrom(marks: ContainerMarks): string | null {
  const declared = marks.declared?.trim() ?? '';
  if (declared !== '') return declared;
  if (marks.hasContainerenv) return 'podman';
  // Virtual machines made from a container image carry the mark as well.
  return marks.hasDockerenv && marks.pidNamespace !== INITIAL_PID_NAMESPACE ? 'docker' : null;
}

/** os-release(5): shell-like `KEY=value` lines; quotes go, backslash escapes one character. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (match?.[1] === undefined || match[2] === undefined) continue;
    values.set(match[1], unquote(match[2].trim()));
  }
  return values;
}

function unquote(text: string): string {
  const quote = text[0];
  const isQuoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  const inner = isQuoted ? text.slice(1, -1) : text;
  return quote === "'" ? inner : inner.replace(/\\(.)/g, '$1');
}
