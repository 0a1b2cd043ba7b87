import type { Json } from '../../core/json.ts';
import { quote } from '../quote.ts';
import { TEMPLATE_DEPTH_LIMIT, TEMPLATE_LIMIT_CHARACTERS } from './limits.ts';
import type { VariableMap } from './variable.ts';

/** A value with its references filled in, or why it can't be. */
export type Filled =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'unresolved'; readonly reason: string; readonly hint?: string };

export interface TemplateContext {
  readonly variables: Pick<VariableMap, 'get'>;
  /** What Ansible itself adds: `inventory_hostname` and the like. */
  readonly magic: ReadonlyMap<string, string>;
  /** Files that ansible-vault has encrypted whole: a variable that is missing may stand in them. */
  readonly encrypted: readonly string[];
}

/** `{{ name }}` or `{{ name.key }}`: a reference and nothing else. */
const REFERENCE = /^\s*([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)\s*$/;
const ONLY_VARIABLES = 'Only plain references such as {{ name }} are followed; write the value itself for Freehold.';

function isTemplate(value: Json): value is string {
  return typeof value === 'string' && (value.includes('{{') || value.includes('{%') || value.includes('{#'));
}

/** Fills in plain references of a Jinja template; filters, lookups and statements are not run. */
export function fillTemplate(value: Json, context: TemplateContext): Filled {
  try {
    return { kind: 'value', value: fill(value, context, 0) };
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    return { kind: 'unresolved', reason: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
}

class Unresolved extends Error {
  readonly hint: string | undefined;

  constructor(reason: string, hint?: string) {
    super(reason);
    this.hint = hint;
  }
}

function fill(value: Json, context: TemplateContext, depth: number): Json {
  if (!isTemplate(value)) return value;
  if (depth > TEMPLATE_DEPTH_LIMIT) {
    throw new Unresolved(`more than ${String(TEMPLATE_DEPTH_LIMIT)} variables stand for each other in a row`);
  }
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  for (let open = value.indexOf('{{'); open !== -1; open = value.indexOf('{{', from)) {
    const close = value.indexOf('}}', open);
    const text = plainPart(value.slice(from, open));
    const filled = lookUp(value.slice(open + 2, close === -1 ? undefined : close), context, depth);
    // A text that is one reference and nothing else has its value, be it a number or a text.
    if (open === 0 && close === value.length - 2) return filled;
    if (close === -1) throw new Unresolved(`${quote(value)} opens {{ and never closes it`);
    const shown = textOf(filled);
    length += text.length + shown.length;
    if (length > TEMPLATE_LIMIT_CHARACTERS)
      throw new Unresolved(`it becomes longer than ${String(TEMPLATE_LIMIT_CHARACTERS)} characters`);
    parts.push(text, shown);
    from = close + 2;
  }
  parts.push(plainPart(value.slice(from)));
  return parts.join('');
}

function plainPart(text: string): string {
  if (text.includes('{%') || text.includes('{#')) throw new Unresolved('it is a Jinja template', ONLY_VARIABLES);
  return text;
}

function lookUp(expression: string, context: TemplateContext, depth: number): Json {
  const match = REFERENCE.exec(expression);
  if (match === null) throw new Unresolved(`it is the Jinja expression ${quote(expression.trim())}`, ONLY_VARIABLES);
  const [, name = '', rest = ''] = match;
  const variable = context.variables.get(name);
  const magic = context.magic.get(name);
  if (variable === undefined && magic === undefined) throw missing(name, context);
  if (variable?.isEncrypted === true) {
    throw new Unresolved(
      `the variable ${name} is encrypted with ansible-vault`,
      'Freehold reads no secrets; keep what it needs in plain text.',
    );
  }
  let value = variable === undefined ? (magic ?? null) : fill(variable.value, context, depth + 1);
  for (const key of rest.split('.').slice(1)) {
    const next = isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (next === undefined) throw new Unresolved(`the variable ${name} has no ${key}`);
    value = fill(next, context, depth + 1);
  }
  return value;
}

function missing(name: string, { encrypted }: TemplateContext): Unresolved {
  const [file] = encrypted;
  const hint =
    file === undefined
      ? `Give ${name} a value in the inventory, in group_vars/ or in host_vars/.`
      : `It may stand in ${quote(file)}, which is encrypted with ansible-vault and was not read.`;
  return new Unresolved(`there is no variable ${name}`, hint);
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  throw new Unresolved('a list or a map stands in the middle of a text');
}
