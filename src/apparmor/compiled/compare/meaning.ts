import type { ByteText } from '../../../core/byte-text.ts';
import { CLASS } from '../classes.ts';
import { ADDRESS_FAMILIES, MOUNT_FLAGS, SIGNALS, socketTypeName } from '../names.ts';

const BYTE = 8;
const WORD_BYTES = 2;

/** The text of a class in the words of a rule, as far as it goes: what is not said is any. */
export function meaningOf(number: number, text: ByteText): ByteText {
  switch (number) {
    case CLASS.signal:
      return said({ set: SIGNALS[text.charCodeAt(0)] ?? number16(text.slice(0, 1)), peer: text.slice(1) });
    case CLASS.ptrace:
      return said({ peer: text });
    case CLASS.networkV7:
    case CLASS.networkV8:
    case CLASS.networkV9:
      return socketMeaning(text);
    case CLASS.mount:
      return mountMeaning(text);
    case CLASS.dbus: {
      const [bus, name, label, path, called, member] = text.split('\0');
      return said({ bus, name, label, path, interface: called, member });
    }
    default:
      return text;
  }
}

function said(parts: Readonly<Record<string, string | undefined>>): ByteText {
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .join(' ');
}

function socketMeaning(text: ByteText): ByteText {
  const family = valueAt(text, 0);
  const type = valueAt(text, WORD_BYTES);
  const rest = text.slice(WORD_BYTES + WORD_BYTES);
  return said({
    family: family === undefined ? undefined : (ADDRESS_FAMILIES[family] ?? String(family)),
    type: type === undefined ? undefined : socketTypeName(type),
    rest,
  });
}

function valueAt(text: ByteText, at: number): number | undefined {
  return text.length < at + WORD_BYTES ? undefined : (text.charCodeAt(at) << BYTE) | text.charCodeAt(at + 1);
}

function number16(text: ByteText): string {
  return text === '' ? '' : String(text.charCodeAt(0));
}

function mountMeaning(text: ByteText): ByteText {
  const [mountPoint, source, fileSystem, flags, data] = text.split('\0');
  return said({
    source,
    fstype: fileSystem,
    options: flags === undefined ? undefined : flagNames(flags),
    data,
    at: mountPoint,
  });
}

function flagNames(flags: ByteText): string {
  return [...flags]
    .map((one) => {
      const bit = one.charCodeAt(0) - 1;
      const names = Object.entries(MOUNT_FLAGS).filter(([, value]) => value >>> 0 === (1 << bit) >>> 0);
      return names[0]?.[0] ?? `flag ${String(bit)}`;
    })
    .join(',');
}
