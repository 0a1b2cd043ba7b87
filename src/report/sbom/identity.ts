import { hash } from 'node:crypto';
import type { BillOfMaterials } from '../../core/bill-of-materials.ts';

const UUID_DIGITS = 32;

/** A UUID made of what a bill says but for its moment: two of one state have the same (RFC 9562, section 5.8, version 8). */
export function uuidOf(bill: BillOfMaterials): string {
  const digits = hash('sha256', JSON.stringify({ ...bill, createdAt: '' })).slice(0, UUID_DIGITS);
  // 48 bits of one's own, the version, 12 more, the variant 10, 60 more.
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-8$3-a$4-$5');
}

const SHORT_DIGITS = 16;

/** A short name for something that has a long one. */
export function digestOf(text: string): string {
  return hash('sha256', text).slice(0, SHORT_DIGITS);
}
