import type { ScalarValue } from '../tree.ts';

/** The plain scalars of YAML 1.1 as PyYAML resolves them (yaml/resolver.py): what Ansible's files are written for. */
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INTEGER = /^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)$/;
const BASE_60_INTEGER = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/;
const FLOAT = /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/;
const BASE_60_FLOAT = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/;
const BASE_60 = 60;
const OCTAL = 8;

/** What a plain scalar means. Dates and numbers that JSON has no word for stay texts. */
export function resolvePlain(text: string): ScalarValue {
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  const number = numberOf(text);
  return number !== undefined && Number.isFinite(number) && isExact(number, text) ? number : text;
}

/** A float is as near as Python has it; an integer with more digits than fit would be another one. */
function isExact(number: number, text: string): boolean {
  return text.includes('.') || Number.isSafeInteger(number);
}

function numberOf(text: string): number | undefined {
  if (INTEGER.test(text)) return integerOf(text);
  if (FLOAT.test(text)) return Number(text.replaceAll('_', ''));
  return BASE_60_INTEGER.test(text) || BASE_60_FLOAT.test(text) ? base60Of(text) : undefined;
}

function integerOf(text: string): number {
  const digits = text.replaceAll('_', '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const bare = digits.replace(/^[-+]/, '');
  const isOctal = /^0[0-7]+$/.test(bare);
  const value = isOctal ? Number.parseInt(bare, OCTAL) : Number(bare);
  return value === 0 ? 0 : sign * value;
}

function base60Of(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const parts = text.replaceAll('_', '').replace(/^[-+]/, '').split(':');
  return sign * parts.reduce((sum, part) => sum * BASE_60 + Number(part), 0);
}
