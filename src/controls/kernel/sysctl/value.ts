import type { SysctlOrder } from '../catalogue/knowledge.ts';

/** Values of several fields are written with any white space between them and read back with tabs. */
export function normalizeValue(value: string): string {
  const text = value.trim().replace(/\s+/g, ' ');
  return text.split(' ').map(canonicalNumber).join(' ');
}

function equalValues(a: string, b: string): boolean {
  return normalizeValue(a) === normalizeValue(b);
}

/** Whether a value is the wished one or a stronger one. */
export function satisfies(value: string, wish: string, order: SysctlOrder | undefined): boolean {
  return equalValues(value, wish) || (order !== undefined && isStronger(value, wish, order));
}

/** The integer a value stands for, read as the kernel does: decimal, `0x` hexadecimal or `0` octal (proc_dointvec). */
export function kernelInteger(value: string): bigint | undefined {
  const match = /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(value.trim());
  const digits = match?.[2];
  if (digits === undefined) return undefined;
  const isOctal = /^0[0-7]+$/.test(digits);
  const magnitude = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  return match?.[1] === '-' ? -magnitude : magnitude;
}

function canonicalNumber(field: string): string {
  return kernelInteger(field)?.toString() ?? field;
}

function isStronger(value: string, wish: string, order: SysctlOrder): boolean {
  if (order.kind === 'none') return false;
  if (order.kind === 'ranks') {
    const rankOf = (text: string): number =>
      order.ranks.findIndex((rank) => rank.some((one) => equalValues(one, text)));
    return rankOf(wish) !== -1 && rankOf(value) >= rankOf(wish);
  }
  const [a, b] = [kernelInteger(value), kernelInteger(wish)];
  if (a === undefined || b === undefined) return false;
  return order.kind === 'increasing' ? a > b : a < b;
}
