/** What a power cut is tried on: a change of each kind, how the machine looks, and programs that stand still before they work. */
import { created, planOf } from '../transaction/machine.ts';
import type { Plan, PlannedChange } from '../../src/core/plan.ts';
import type { LabMachine } from './machine.ts';

const PLACE = '/etc/lab';
/** A unit of the lab's own that does nothing. */
const UNIT = 'lab-scene.service';
const KEY = 'net.ipv4.ip_forward';
/** The parameter is here too because its value of now is gone with the power; the file decides the next one. */
const PARAMETER_FILE = '/etc/sysctl.d/99-scene.conf';

const OLD = `
mkdir -p ${PLACE}
printf 'old content\\nwithout end' >${PLACE}/odd.conf
chmod 606 ${PLACE}/odd.conf; chown 1:2 ${PLACE}/odd.conf
setfattr -n user.freehold -v "it's kept" ${PLACE}/odd.conf
setfacl -m u:admin:r ${PLACE}/odd.conf
echo 'to be removed' >${PLACE}/gone.conf
printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/${UNIT}
systemctl daemon-reload
sync
`;

/** Content, mode, owner, ACL and extended attributes of everything the plan may touch, and what the machine runs. */
const LOOK = `
cd /
find etc/lab etc/sysctl.d/99-scene.conf -printf '%p %y %m %U:%G\\n' 2>/dev/null | sort
find etc/lab etc/sysctl.d/99-scene.conf -type f 2>/dev/null | sort | while read -r file; do
  printf '== %s ' "$file"
  od -A n -t x1 "$file" | tr -d ' \\n'
  echo
  getfattr -d -m - "$file" 2>/dev/null
done
systemctl is-enabled ${UNIT}
systemctl is-active ${UNIT}
sysctl -n ${KEY}
`;

export function sceneBefore(machine: LabMachine): void {
  machine.sh(OLD);
}

export function lookAt(machine: LabMachine): string {
  return machine.sh(LOOK);
}

/** A file that is new in a folder that is new, one that changes, one that goes, a unit, a parameter, a program that writes a file. */
export function scenePlan(): Plan {
  const changes: readonly PlannedChange[] = [
    { kind: 'file', path: `${PLACE}/new/deep/it's.conf`, content: 'a = $HOME `id`\n', created },
    { kind: 'file', path: `${PLACE}/odd.conf`, content: 'new content\n', created },
    { kind: 'file', path: `${PLACE}/gone.conf`, content: null, created },
    { kind: 'file', path: PARAMETER_FILE, content: `${KEY} = 1\n`, created },
    { kind: 'sysctl', key: KEY, path: '/proc/sys/net/ipv4/ip_forward', value: '1', alsoChanges: [] },
    { kind: 'unit', name: UNIT, action: 'enable' },
    { kind: 'unit', name: UNIT, action: 'start' },
    {
      kind: 'command',
      title: 'generate',
      run: ['sh', '-c', 'echo generated >"$1"', 'sh', `${PLACE}/generated.conf`],
      undo: null,
      touches: [`${PLACE}/generated.conf`],
    },
  ];
  return planOf(changes);
}

/** A file system in memory, so that stand-ins write nothing to the disk; from /run no program may be started. */
const STAND_INS = '/mnt';
const STANDARD_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** With these a run writes to the disk, or sees to it that what it has written is there. */
const WRITERS = ['sync', 'mv', 'cp', 'rm', 'mkdir', 'rmdir', 'chmod', 'chown', 'systemctl'];

/** A search path whose programs say on the machine's signal line that they are about to work, and wait for an answer. */
export function standIns(machine: LabMachine, others: readonly string[] = []): string {
  machine.sh(`
stty -F /dev/ttyS1 raw -echo
mount -t tmpfs none ${STAND_INS}
for name in ${[...WRITERS, ...others].join(' ')}; do
  cat >${STAND_INS}/$name <<END
#!/bin/dash
PATH=${STANDARD_PATH}
exec 3<>/dev/ttyS1
echo "$name \\$*" >&3
read -r _ <&3
exec 3>&-
exec $name "\\$@"
END
  chmod 755 ${STAND_INS}/$name
done`);
  return `${STAND_INS}:${STANDARD_PATH}`;
}
