import type { DraftBody } from '../draft.ts';
import type { Reader } from '../reader.ts';

/** `change_profile safe? exec? -> name?,` */
export function readChangeProfileRule(reader: Reader): DraftBody | undefined {
  reader.next();
  const safety = reader.acceptKeyword('safe', 'unsafe');
  const exec = reader.accept('id');
  const hasTarget = reader.accept('->') !== undefined;
  const target = hasTarget
    ? (reader.accept('id', 'set-variable') ?? reader.unexpected('the name of a profile'))
    : undefined;
  if (hasTarget && target === undefined) return undefined;
  if (reader.expect(',', 'a comma') === undefined) return undefined;
  if (exec === undefined && safety !== undefined)
    return reader.fail(safety, { code: 'exec-mode', message: `“${safety.value}” needs a program to execute` });
  if (exec !== undefined && !/^(?:\/|@\{)/.test(exec.value))
    return reader.fail(exec, { code: 'path', message: 'the program to execute must begin with “/” or a variable' });
  const isUnsafe = safety?.value === 'unsafe';
  return {
    name: 'change_profile',
    isEntry: true,
    make: (scope, { base, prefix, token }) => {
      const execPattern = exec === undefined ? undefined : scope.pattern(exec, { isPath: true });
      const targetPattern = target === undefined ? undefined : scope.pattern(target, {});
      if (exec !== undefined) {
        const to = target === undefined ? '**' : scope.written(target);
        scope.addExec({
          pattern: scope.written(exec),
          second: to,
          key: isUnsafe ? 'unsafe' : 'safe',
          base,
          owner: prefix.owner,
          token,
        });
      }
      return [
        {
          ...base,
          kind: 'change-profile',
          isUnsafe,
          ...(execPattern === undefined ? {} : { exec: execPattern }),
          ...(targetPattern === undefined ? {} : { target: targetPattern }),
        },
      ];
    },
  };
}
