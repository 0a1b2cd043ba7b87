/** A program that copies files out, with a profile of its own that complains: small, so that an emulated machine compiles it at once. */
import type { LabMachine } from './machine.ts';

export const READER = '/usr/local/bin/lab-reader';
export const READER_FILE = '/etc/apparmor.d/usr.local.bin.lab-reader';
export const KEY = '/home/admin/.ssh/id';
/** Denied by a rule of the profile, which has it written down. */
export const RING = '/home/admin/.gnupg/ring';

const PROFILE = `# A stand-in.
profile lab-reader ${READER} flags=(complain) { # as shipped
  /usr/{bin,local/bin}/* mr,
  /{,usr/}lib{,32,64}/** mr,
  /etc/ld.so.cache r,
  /dev/null rw,
  /tmp/* rw,
  audit deny /home/*/.gnupg/** r,
  profile child flags=(complain) {
    /tmp/* r,
  }
  ^hat flags=(complain) {
    /tmp/* r,
  }
}
`;
export const READER_LABELS = ['lab-reader', 'lab-reader//child', 'lab-reader//hat'] as const;
/** As the boot does it: the cache is read and written (apparmor.systemd of Debian's apparmor). */
export const LOAD_AS_BOOT = 'apparmor_parser --write-cache --replace --';

const SCENE = `
cp /usr/bin/cat ${READER}
for file in ${KEY} ${RING}; do mkdir -p "$(dirname $file)"; echo secret >$file; done
chown -R admin:admin /home/admin
cat >${READER_FILE} <<'END'
${PROFILE}END
${LOAD_AS_BOOT} ${READER_FILE}
# What has no rules of its own writes down only what AppArmor does.
auditctl -D
sync
`;

/** The file with all that going back has to keep of it, and what the kernel holds: mode and digest of the profile and its children. */
const LOOK = `
stat -c '%n %a %U:%G %Y' ${READER_FILE}
sha256sum ${READER_FILE}
cd /sys/kernel/security/apparmor/policy/profiles
for name in $(find lab-reader.* -name name | sort); do
  folder=\${name%/name}
  echo "$(cat $folder/name) $(cat $folder/mode) $(cat $folder/sha1 $folder/sha256 2>/dev/null)"
done
`;

export function installReader(machine: LabMachine): void {
  machine.sh(SCENE);
}

export function lookAtReader(machine: LabMachine): string {
  return machine.sh(LOOK);
}

/** Of the profile, its child and its hat. */
export function modesOf(look: string): readonly string[] {
  return look.split('\n').flatMap((line) => /^[\w/-]+ (enforce|complain) [0-9a-f]{40,64}$/.exec(line)?.[1] ?? []);
}
