import type { LintRule } from '../lint-rule.ts';
import { anyDbus } from './any-dbus.ts';
import { anyMount } from './any-mount.ts';
import { anyNetwork } from './any-network.ts';
import { anyPtrace } from './any-ptrace.ts';
import { anySignal } from './any-signal.ts';
import { anyUnix } from './any-unix.ts';
import { anyUserns } from './any-userns.ts';
import { attachment } from './attachment.ts';
import { broadCapability } from './broad-capability.ts';
import { changeProfileAnywhere } from './change-profile-anywhere.ts';
import { classMatchesSlash } from './class-matches-slash.ts';
import { denyLeavesMap } from './deny-leaves-map.ts';
import { environmentKept } from './environment-kept.ts';
import { everythingAllowed } from './everything-allowed.ts';
import { inheritFallback } from './inherit-fallback.ts';
import { interpreterExecution } from './interpreter-execution.ts';
import { loadedLater } from './loaded-later.ts';
import { modeMismatch } from './mode-mismatch.ts';
import { notAPattern } from './not-a-pattern.ts';
import { notAttached } from './not-attached.ts';
import { notEnforced } from './not-enforced.ts';
import { ownerMissing } from './owner-missing.ts';
import { sensitiveReadable } from './sensitive-readable.ts';
import { shadowed } from './shadowed.ts';
import { shellExecution } from './shell-execution.ts';
import { unconfinedExecution } from './unconfined-execution.ts';
import { wideAbstraction } from './wide-abstraction.ts';
import { writeAndExecute } from './write-and-execute.ts';
import { writeEverywhere } from './write-everywhere.ts';

/** Every rule of lint, sorted by id. */
export const LINT_RULES: readonly LintRule[] = [
  anyDbus,
  anyMount,
  anyNetwork,
  anyPtrace,
  anySignal,
  anyUnix,
  anyUserns,
  attachment,
  broadCapability,
  changeProfileAnywhere,
  classMatchesSlash,
  denyLeavesMap,
  environmentKept,
  everythingAllowed,
  inheritFallback,
  interpreterExecution,
  loadedLater,
  modeMismatch,
  notAPattern,
  notAttached,
  notEnforced,
  ownerMissing,
  sensitiveReadable,
  shadowed,
  shellExecution,
  unconfinedExecution,
  wideAbstraction,
  writeAndExecute,
  writeEverywhere,
].toSorted((a, b) => (a.id < b.id ? -1 : 1));
