import { Buffer } from 'node:buffer';
import type { ByteText } from '../../src/core/byte-text.ts';

/** Writes records as the kernel does, from its sources and not from our reader. */

const QUOTE = 0x22;
const FIRST_PLAIN = 0x21;
const LAST_PLAIN = 0x7e;

/** kernel/audit.c, audit_string_contains_control and audit_log_n_untrustedstring. */
function untrusted(bytes: ByteText): string {
  const isPlain = [...bytes].every((one) => {
    const code = one.charCodeAt(0);
    return code !== QUOTE && code >= FIRST_PLAIN && code <= LAST_PLAIN;
  });
  return isPlain ? `"${bytes}"` : Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();
}

export interface FileAccess {
  readonly verdict?: 'ALLOWED' | 'DENIED';
  readonly operation?: string;
  readonly profile: ByteText;
  readonly name: ByteText;
  readonly comm?: ByteText;
  readonly pid?: number;
  readonly mask?: string;
  readonly fsuid?: number;
  readonly ouid?: number;
  readonly target?: ByteText;
  readonly timeMs?: number;
  readonly serial?: number;
}

const MS_PER_SECOND = 1000;
const MILLISECOND_DIGITS = 3;

/** `1764115200.123:45`. */
export function auditId({ timeMs = 1_764_115_200_123, serial = 45 }: Pick<FileAccess, 'timeMs' | 'serial'>): string {
  const milliseconds = String(timeMs % MS_PER_SECOND).padStart(MILLISECOND_DIGITS, '0');
  return `${Math.floor(timeMs / MS_PER_SECOND)}.${milliseconds}:${serial}`;
}

/** security/apparmor/audit.c (audit_pre), security/lsm_audit.c (dump_common_audit_data), security/apparmor/file.c (file_audit_cb), in this order. */
export function fileFields(access: FileAccess): string {
  const { verdict = 'ALLOWED', operation = 'open', comm = 'soffice.bin', pid = 4711, mask = 'r' } = access;
  const { fsuid = 1000, ouid = 1000, target } = access;
  return [
    `apparmor="${verdict}"`,
    `operation="${operation}"`,
    'class="file"',
    `profile=${untrusted(access.profile)}`,
    `name=${untrusted(access.name)}`,
    `pid=${pid}`,
    `comm=${untrusted(comm)}`,
    `requested_mask="${mask}"`,
    `denied_mask="${mask}"`,
    `fsuid=${fsuid}`,
    `ouid=${ouid}`,
    ...(target === undefined ? [] : [`target=${untrusted(target)}`]),
  ].join(' ');
}

/** As auditd writes it with log_format=RAW. */
export function auditdLine(access: FileAccess): string {
  return `type=AVC msg=audit(${auditId(access)}): ${fileFields(access)}`;
}

/** With log_format=ENRICHED. */
export function enrichedLine(access: FileAccess): string {
  return `${auditdLine(access)}\u001dFSUID="anna" OUID="anna"`;
}

/** As it goes through printk where no auditd is. */
export function ringText(access: FileAccess): string {
  return `audit: type=1400 audit(${auditId(access)}): ${fileFields(access)}`;
}

/** kernel/printk/printk.c, msg_add_ext_text: what isn't printable, and the backslash. */
export function kmsgLine(text: string, { priority = 5, sequence = 1 } = {}): string {
  const escaped = [...text]
    .map((one) => {
      const code = one.charCodeAt(0);
      return code < 0x20 || code >= 0x7f || one === '\\' ? `\\x${code.toString(16).padStart(2, '0')}` : one;
    })
    .join('');
  return `${priority},${sequence},123456789,-;${escaped}`;
}

/** `journalctl -o json --all` of a record that journald took from the kernel's audit. */
export function journalAuditLine(access: FileAccess): string {
  const { timeMs = 1_764_115_200_123, serial = 45 } = access;
  return JSON.stringify({
    __REALTIME_TIMESTAMP: String((timeMs + 2) * MS_PER_SECOND),
    _SOURCE_REALTIME_TIMESTAMP: String(timeMs * MS_PER_SECOND),
    _TRANSPORT: 'audit',
    _AUDIT_TYPE: '1400',
    _AUDIT_TYPE_NAME: 'AVC',
    _AUDIT_ID: String(serial),
    SYSLOG_IDENTIFIER: 'audit',
    MESSAGE: `AVC ${fileFields(access)}`,
  });
}

/** The same by way of the ring. */
export function journalRingLine(access: FileAccess): string {
  return JSON.stringify({
    __REALTIME_TIMESTAMP: '1764115200125000',
    _TRANSPORT: 'kernel',
    SYSLOG_FACILITY: '0',
    SYSLOG_IDENTIFIER: 'kernel',
    MESSAGE: ringText(access),
  });
}

export function lines(...all: readonly string[]): Buffer {
  return Buffer.from(all.map((line) => `${line}\n`).join(''), 'latin1');
}
