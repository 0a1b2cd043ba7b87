import { type MemberExpression, type Node, parseSync, type StringLiteral, Visitor } from 'oxc-parser';

/** One import of a source file, whatever its syntax. */
export interface Import {
  /** As written: `../core/finding.ts`, `node:fs`, `zod`. */
  readonly specifier: string;
  /** Whether it vanishes when types are stripped. `import { type A }` does not: the module is still loaded. */
  readonly isType: boolean;
  /** Whether it is `import()`. */
  readonly isDynamic: boolean;
  /** What is taken by name; empty for `import *`, `export *` and `import()`. */
  readonly names: readonly string[];
  /** From 1. */
  readonly line: number;
}

/** A use of something outside the program that needs no import: the clock, randomness, the network, the process. */
export interface AmbientUse {
  /** `Date.now`, `process`, `fetch`, `import(…)` … */
  readonly name: string;
  readonly line: number;
}

export interface SourceFile {
  /** From the repository's root, with `/`: `src/core/finding.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
  readonly ambient: readonly AmbientUse[];
}

const AMBIENT_CALLS = new Set(['fetch', 'require', 'setImmediate', 'setInterval', 'setTimeout', 'Date', 'eval']);
const AMBIENT_OBJECTS = new Set(['process', 'performance', 'crypto', 'globalThis', 'navigator']);
const AMBIENT_MEMBERS = new Set(['Date.now', 'Math.random', 'Temporal.Now']);
const AMBIENT_CLASSES = new Set(['WebSocket', 'EventSource', 'Worker']);

/** Reads what one source file imports and what it takes from its surroundings. Throws when it can't be parsed. */
export function readSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const imports: Import[] = [];
  const ambient: AmbientUse[] = [];
  const lineOf = (node: { readonly start: number }): number => text.slice(0, node.start).split('\n').length;
  const addImport = (node: Node, source: StringLiteral, rest: Pick<Import, 'isType' | 'names'>): void => {
    imports.push({ specifier: source.value, line: lineOf(node), isDynamic: node.type === 'ImportExpression', ...rest });
  };
  const addAmbient = (node: Node, name: string): void => {
    ambient.push({ name, line: lineOf(node) });
  };
  new Visitor({
    ImportDeclaration(node) {
      const names = node.specifiers.flatMap((it) => (it.type === 'ImportSpecifier' ? [nameOf(it.imported)] : []));
      addImport(node, node.source, { isType: node.importKind === 'type', names });
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return;
      const names = node.specifiers.map((it) => nameOf(it.local));
      addImport(node, node.source, { isType: node.exportKind === 'type', names });
    },
    ExportAllDeclaration(node) {
      addImport(node, node.source, { isType: node.exportKind === 'type', names: [] });
    },
    ImportExpression(node) {
      const literal = literalOf(node.source);
      if (literal === undefined) addAmbient(node, 'import(…)');
      else addImport(node, literal, { isType: false, names: [] });
    },
    TSImportType(node) {
      addImport(node, node.source, { isType: true, names: [] });
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type === 'Identifier' && AMBIENT_CALLS.has(callee.name)) addAmbient(node, callee.name);
    },
    NewExpression(node) {
      if (node.callee.type !== 'Identifier') return;
      const { name } = node.callee;
      // `new Date(text)` only reads the text; without arguments it reads the clock.
      if (AMBIENT_CLASSES.has(name) || (name === 'Date' && node.arguments.length === 0))
        addAmbient(node, `new ${name}`);
    },
    MemberExpression(node) {
      const name = ambientMember(node);
      if (name !== undefined) addAmbient(node, name);
    },
  }).visit(program);
  return { path, imports, ambient };
}

function ambientMember(node: MemberExpression): string | undefined {
  if (node.object.type !== 'Identifier') return undefined;
  if (AMBIENT_OBJECTS.has(node.object.name)) return node.object.name;
  if (node.property.type !== 'Identifier') return undefined;
  const name = `${node.object.name}.${node.property.name}`;
  return AMBIENT_MEMBERS.has(name) ? name : undefined;
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value);
}

function literalOf(node: Node): StringLiteral | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node : undefined;
}
