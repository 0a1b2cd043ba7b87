import { describeLocation } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import { readBoolean } from './apt-words.ts';
import type { Settings } from './apt-settings.ts';
import { GUARDED_SETTINGS, type GuardedSetting, MOVING_SETTINGS } from './guarded-settings.ts';

/** One finding for each setting that guards all repositories. */
export function judgeSettings(settings: Settings): readonly Finding[] {
  return [...GUARDED_SETTINGS.map((guarded) => judgeSetting(guarded, settings)), ...judgeMoves(settings)];
}

function judgeSetting({ name, wanted, severity, why, source }: GuardedSetting, settings: Settings): Finding {
  const setting = settings.get(name.toLowerCase());
  // What is neither yes nor no leaves apt's default in place (Configuration::FindB).
  const value = setting === undefined ? wanted : (readBoolean(setting.value) ?? wanted);
  const isSafe = value === wanted;
  const place = setting === undefined ? '' : ` in ${describeLocation(setting.where)}`;
  return {
    id: `integrity/repositories/setting/${name}`,
    outcome: isSafe ? 'pass' : 'fail',
    severity,
    title: `${name} of apt`,
    summary: setting === undefined ? `is not set, and ${String(wanted)} by default` : `is ${setting.value}${place}`,
    why,
    expected: wanted,
    observed: setting?.value ?? null,
    ...(setting !== undefined && { where: setting.where }),
    references: [{ source, item: name }],
    ...(!isSafe && { remedy: { kind: 'manual', instruction: `Take ${name} out${place}.` } }),
  };
}

function judgeMoves(settings: Settings): readonly Finding[] {
  return MOVING_SETTINGS.flatMap((name) => {
    const setting = settings.get(name);
    if (setting === undefined || setting.value === '') return [];
    const reason = `${name} is ${setting.value} in ${describeLocation(setting.where)}: apt may look for its files there`;
    return {
      id: `integrity/repositories/elsewhere/${name}`,
      outcome: 'unknown' as const,
      severity: 'medium' as const,
      title: 'Where apt looks for its files',
      summary: reason,
      why: 'Sources and keys that lie elsewhere are not judged here.',
      expected: 'the folders that apt has by default',
      observed: setting.value,
      reason,
      where: setting.where,
      references: [{ source: 'apt.conf(5)', item: 'Directories' }],
    };
  });
}
