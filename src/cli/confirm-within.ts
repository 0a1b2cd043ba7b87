import { parseAddress } from '../host/address.ts';

/** Long enough for a slow login, short enough for somebody who waits in front of a machine that is gone. */
const SSH_CONFIRM_SECONDS = 60;

/** How long a machine waits to be confirmed: as wished, or where nothing is wished only behind ssh; `null` for never. */
export function confirmSeconds(address: string, wished: number | 'never' | undefined): number | null {
  const seconds = wished ?? (isBehindSsh(address) ? SSH_CONFIRM_SECONDS : 'never');
  return seconds === 'never' ? null : seconds;
}

/** A machine that one may lock oneself out of, and that a new connection can try. */
export function isBehindSsh(address: string): boolean {
  return parseAddress(address).kind === 'ssh';
}
