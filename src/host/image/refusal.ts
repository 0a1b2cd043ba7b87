import { HostError, type HostErrorCode } from '../error.ts';

/** An image that is not taken, with what a person can do about it. */
export function refusal(code: HostErrorCode, message: string, hint: string): HostError {
  return new HostError(code, message, { hint });
}

/** What no honest program writes, or what is too much for anyone. */
export function hostile(message: string): HostError {
  return refusal(
    'hostile',
    message,
    'Freehold takes nothing from such a file. Find out who made it, or unpack it in a sandbox and give the folder.',
  );
}

/** Cut off or changed on its way. */
export function damaged(message: string): HostError {
  return refusal('hostile', message, 'The file is damaged or incomplete: copy or make it again.');
}

export function tooMuch(what: string, limit: number): HostError {
  return hostile(`${what}: more than ${String(limit)} are not taken`);
}
