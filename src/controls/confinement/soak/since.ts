import type { ProfileView } from '../programs/view.ts';
import type { Known } from '../state.ts';

/** A profile that was loaded this soon after the boot was loaded by the boot. */
const BOOT_LOADS_WITHIN_MS = 10 * 60 * 1000;

/**
 * Since when a profile has been in complain mode as it is now. Loaded by the boot, it is as old as its file: that has not changed since,
 * and every boot has loaded it. Loaded later, it is as old as that. A file that changed after it was loaded is
 * not what is in force, unless it compiles to the same: then it can be loaded as often as one likes, and the kernel skips it
 * (aa_replace_profiles() of security/apparmor/policy.c, "same as current profile, skipping").
 */
export function complainSince(
  { now, next, loaded, file }: Pick<ProfileView, 'now' | 'next' | 'loaded' | 'file'>,
  { bootedAtMs, isAsWritten }: { readonly bootedAtMs?: number; readonly isAsWritten: boolean },
): Known<number> {
  if (now.kind === 'unknown') return now;
  if (now.kind !== 'mode' || now.mode !== 'complain') return unknown('it is not in complain mode now');
  if (next.kind !== 'mode' || next.mode !== 'complain') return unknown('its file doesn’t have it in complain mode');
  const [loadedAtMs, changedAtMs] = [loaded?.loadedAtMs, file?.changedAtMs];
  if (loadedAtMs === undefined || changedAtMs === undefined || bootedAtMs === undefined)
    return unknown('since when it has been in complain mode can’t be read');
  if (changedAtMs > loadedAtMs && isAsWritten) return { kind: 'known', value: changedAtMs };
  if (changedAtMs > loadedAtMs) return unknown('its file was changed after it was loaded');
  return { kind: 'known', value: loadedAtMs - bootedAtMs <= BOOT_LOADS_WITHIN_MS ? changedAtMs : loadedAtMs };
}

function unknown(reason: string): Known<number> {
  return { kind: 'unknown', reason };
}
