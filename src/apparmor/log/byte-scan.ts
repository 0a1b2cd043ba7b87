const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const TEN = 10;

/** The bytes of a text to look for, which has ASCII characters only. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Whether some bytes stand at a place. */
export function standsAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index += 1) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

/** Where at most so many digits end. */
export function digitsEnd(bytes: Uint8Array, from: number, most: number): number {
  let at = from;
  while (at < from + most && isDigit(bytes[at] ?? 0)) at += 1;
  return at;
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

/** What digits say. */
export function numberIn(bytes: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * TEN + (bytes[at] ?? 0) - DIGIT_0;
  return number;
}
