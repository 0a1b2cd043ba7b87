import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Import, SourceFile } from './imports.ts';
import {
  type Access,
  BROWSER_SCRIPT,
  HOST_INTERFACE,
  JUDGES,
  OBSERVE_FILE,
  OBSERVERS,
  PURE_BUILTINS,
  PURE_NAMES,
  READS_SHIPPED_DATA,
  type Room,
  ROOMS,
} from './rooms.ts';

/** A breach of the house's rules. */
export interface Violation {
  readonly rule:
    'room' | 'domain' | 'package' | 'builtin' | 'ambient' | 'host-interface' | 'judge' | 'test-code' | 'cycle';
  /** `src/core/finding.ts:3`. */
  readonly where: string;
  readonly message: string;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const SOURCE_ROOT = 'src';
const PACKAGE_MANIFEST = 'package.json';

/** Holds files, each with its imports, against the table of the rooms; answers what breaks it, sorted. */
export function findViolations(files: readonly SourceFile[]): Violation[] {
  const edges = files.flatMap(edgesOf);
  return [...files.flatMap(violationsOf), ...judgeViolations(files, edges), ...cycleViolations(edges)].sort((a, b) =>
    a.where === b.where ? a.message.localeCompare(b.message, 'en') : a.where.localeCompare(b.where, 'en'),
  );
}

function violationsOf(file: SourceFile): Violation[] {
  const name = roomOf(file.path);
  const room = ROOMS.get(name);
  if (room === undefined) {
    return [
      violation('room', { file, line: 1 }, `"${name}" is no room: add it to the table in test/house/rooms.ts first`),
    ];
  }
  if (BROWSER_SCRIPT.test(file.path)) {
    return file.imports.map((it) => violation('room', { file, line: it.line }, 'a browser script stands alone'));
  }
  const mayReach = !room.isPure || file.path === READS_SHIPPED_DATA;
  const ambient = mayReach
    ? []
    : file.ambient.map((use) =>
        violation('ambient', { file, line: use.line }, `${name} is pure, but uses ${use.name}`),
      );
  return [
    ...ambient,
    ...file.imports.flatMap((it) => {
      if (isBuiltin(it.specifier)) return mayReach ? [] : builtinViolations(file, it);
      return it.specifier.startsWith('.') ? fileViolations(file, it) : packageViolations(file, it, room);
    }),
  ];
}

function builtinViolations(file: SourceFile, it: Import): Violation[] {
  if (it.isType || PURE_BUILTINS.has(it.specifier)) return [];
  const pure = PURE_NAMES.get(it.specifier) ?? [];
  if (it.names.length > 0 && it.names.every((name) => pure.includes(name))) return [];
  return [violation('builtin', { file, line: it.line }, `${roomOf(file.path)} is pure, but imports ${it.specifier}`)];
}

function packageViolations(file: SourceFile, it: Import, room: Room): Violation[] {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(it.specifier)?.[0] ?? it.specifier;
  const at = { file, line: it.line };
  if (!room.packages.includes(name))
    return [violation('package', at, `${roomOf(file.path)} may not use the package ${name}`)];
  // A bundled CommonJS package has no named exports then, and the published program would break where the sources work.
  return it.isDynamic ? [violation('package', at, `load late the file that uses ${name}, not the package itself`)] : [];
}

function fileViolations(file: SourceFile, it: Import): Violation[] {
  const from = roomOf(file.path);
  const target = resolve(file.path, it.specifier);
  const at = { file, line: it.line };
  if (target === PACKAGE_MANIFEST && from === 'cli') return [];
  if (!target.startsWith(`${SOURCE_ROOT}/`) || target.endsWith('.test.ts')) {
    return [violation('test-code', at, `the program may not import ${target}`)];
  }
  const to = roomOf(target);
  if (to === from) return from === 'controls' ? domainViolations(file, it, target) : [];
  const access = accessTo(ROOMS.get(from)?.imports ?? {}, target);
  if (access === undefined) return [violation('room', at, `${from} may not import ${target}`)];
  if (access === 'types' && !it.isType) {
    return [violation('room', at, `${from} may import only types of ${to}: import type … from '${it.specifier}'`)];
  }
  const names: readonly string[] = it.names;
  const knowsHost = target === HOST_INTERFACE.path && (names.length === 0 || names.includes(HOST_INTERFACE.name));
  if (from === 'controls' && knowsHost && !OBSERVERS.test(file.path)) {
    return [
      violation(
        'host-interface',
        at,
        `only observe.ts speaks to a machine, so only it may know ${HOST_INTERFACE.name}`,
      ),
    ];
  }
  return [];
}

function accessTo(imports: Readonly<Record<string, Access>>, target: string): Access | undefined {
  const keys = [roomOf(target), target.slice(SOURCE_ROOT.length + 1)];
  const key = keys.find((it) => Object.hasOwn(imports, it));
  return key === undefined ? undefined : imports[key];
}

/** Domains stand side by side; only the list of all of them, `src/controls/index.ts`, knows more than one. */
function domainViolations(file: SourceFile, it: Import, target: string): Violation[] {
  const from = domainOf(file.path);
  const to = domainOf(target);
  if (from === to || from === undefined) return [];
  return [violation('domain', { file, line: it.line }, `the domain ${from} may not import ${target}`)];
}

/** A judge that loads an observer, over however many files, is not pure. */
function judgeViolations(files: readonly SourceFile[], edges: readonly Edge[]): Violation[] {
  const loaded = graphOf(edges.filter((edge) => !edge.isType));
  return files
    .filter((file) => file.path.startsWith('src/controls/') && JUDGES.test(file.path))
    .flatMap((file) => {
      const path = pathTo(loaded, file.path, (it) => OBSERVE_FILE.test(it));
      return path === undefined
        ? []
        : [violation('judge', { file, line: 1 }, `a judge may not load an observer: ${path.join(' → ')}`)];
    });
}

function cycleViolations(edges: readonly Edge[]): Violation[] {
  const graph = graphOf(edges);
  const seen = new Set<string>();
  return [...graph.keys()].sort().flatMap((start) => {
    if (seen.has(start)) return [];
    const path = pathTo(graph, start, (it) => it === start);
    if (path === undefined) return [];
    for (const it of path) seen.add(it);
    return [{ rule: 'cycle', where: `${start}:1`, message: `files import each other: ${path.join(' → ')}` }];
  });
}

/** The shortest way from a file to one that is looked for, of at least one step. */
function pathTo(
  graph: ReadonlyMap<string, readonly string[]>,
  start: string,
  isWanted: (path: string) => boolean,
): readonly string[] | undefined {
  const visited = new Set<string>();
  let paths: (readonly [string, ...string[]])[] = [[start]];
  while (paths.length > 0) {
    const longer: (readonly [string, ...string[]])[] = [];
    for (const path of paths) {
      for (const next of graph.get(path[0]) ?? []) {
        if (isWanted(next)) return [next, ...path].reverse();
        if (!visited.has(next)) longer.push([next, ...path]);
        visited.add(next);
      }
    }
    paths = longer;
  }
  return undefined;
}

function graphOf(edges: readonly Edge[]): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, string[]>();
  for (const { from, to } of edges) graph.set(from, [...(graph.get(from) ?? []), to]);
  return graph;
}

function edgesOf(file: SourceFile): Edge[] {
  return file.imports
    .filter((it) => it.specifier.startsWith('.'))
    .map((it) => ({ from: file.path, to: resolve(file.path, it.specifier), isType: it.isType }));
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

/** `src/core/finding.ts` → `core`; a file that lies in no room is its own name. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? path;
}

/** `src/controls/kernel/sysctl/key.ts` → `kernel`; `undefined` for the files beside the domains. */
function domainOf(path: string): string | undefined {
  const [, , domain, file] = path.split('/');
  return file === undefined ? undefined : domain;
}

function violation(
  rule: Violation['rule'],
  at: { readonly file: SourceFile; readonly line: number },
  message: string,
): Violation {
  return { rule, where: `${at.file.path}:${String(at.line)}`, message };
}
