/** DER as far as certificates and timestamps need it (X.690). */
const LONG_FORM = 0x80;
const BYTE = 256;
const OID_LIMIT = 128;

export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

export function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

export function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, ...parts);
}

/** A number below 128, or bytes of a positive one. */
export function integer(value: number | Buffer): Buffer {
  return der(0x02, typeof value === 'number' ? Buffer.from([value]) : value);
}

export function octets(content: Buffer): Buffer {
  return der(0x04, content);
}

export function bits(content: Buffer, unused = 0): Buffer {
  return der(0x03, Buffer.from([unused]), content);
}

export function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

/** `[number]`, with what is inside. */
export function context(number: number, ...parts: readonly Buffer[]): Buffer {
  return der(0xa0 + number, ...parts);
}

/** `[number] IMPLICIT`, of something that has no parts. */
export function implicit(number: number, content: Buffer): Buffer {
  return der(LONG_FORM + number, content);
}

export const TRUE: Buffer = der(0x01, Buffer.from([0xff]));

export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second]), ...rest.map(base128));
}

export function generalizedTime(at: Date): Buffer {
  return der(0x18, Buffer.from(`${digitsOf(at)}Z`));
}

export function utcTime(at: Date): Buffer {
  return der(0x17, Buffer.from(`${digitsOf(at).slice(2)}Z`));
}

function digitsOf(at: Date): string {
  return at.toISOString().replaceAll(/\.\d+Z|[-:T]/g, '');
}

function base128(value: number): Buffer {
  const bytes = [value % OID_LIMIT];
  for (let rest = Math.floor(value / OID_LIMIT); rest > 0; rest = Math.floor(rest / OID_LIMIT))
    bytes.unshift((rest % OID_LIMIT) + LONG_FORM);
  return Buffer.from(bytes);
}

function lengthOf(content: Buffer): Buffer {
  if (content.length < LONG_FORM) return Buffer.from([content.length]);
  const bytes: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / BYTE)) bytes.unshift(rest % BYTE);
  return Buffer.from([LONG_FORM + bytes.length, ...bytes]);
}
