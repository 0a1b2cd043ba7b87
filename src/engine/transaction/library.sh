# shellcheck shell=sh
# The fixed part of every transaction script and of every undo.sh: POSIX sh, the same under dash, bash and busybox.
# It expects $run (this run's folder), $state (the folder above all runs), $id and $actor (the user it acts as, a number) to be set.

LC_ALL=C
export LC_ALL
umask 077
# Folders of drop-in files are read as a whole at boot, also after a power cut in the middle: what ends so is passed over there
# (is_blacklisted() of libapparmor, sudoers(5): "@includedir", run-parts(8)).
temporary=".freehold-$id~"

# One line for the program at the other end; nobody listening is no reason to stop halfway.
say() { printf '@ %s\n' "$*" 2>/dev/null || :; }

# Onto the disk: with GNU coreutils and newer busybox just these files, otherwise everything.
flush() { sync "$@" 2>/dev/null || sync; }

note() { printf '%s\n' "$1" >>"$run/journal" && flush "$run/journal"; }

fail() {
  say "problem $*"
  printf '%s\n' "$*" >>"$run/output.log" 2>/dev/null || :
  return 1
}

journal_says() { grep -qx "$1" "$run/journal" 2>/dev/null; }

is_actor() {
  if [ "$(id -u)" = "$actor" ]; then return 0; fi
  case $actor in
    0) fail 'this script changes the machine and must run as root' ;;
    *) fail "this script must run as the user it was made for, $actor" ;;
  esac
}

# --- the lock -------------------------------------------------------------------------------------------------------

# A process id may be given again: only with its start time (proc(5), field 22 of stat) and the boot it names one process.
identity() {
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # shellcheck disable=SC2086 # the fields are wanted one by one
  set -- "$1" ${stat##*)}
  pid=$1
  shift 20
  printf '%s %s %s\n' "$pid" "$1" "$(cat /proc/sys/kernel/random/boot_id)"
}

# Who has the lock stands in the file lock. Looking and taking are one act: only one process at a time holds the guard,
# which the kernel drops when that process ends, however it ends (flock(2)).
take_lock() {
  command -v flock >/dev/null || { fail 'there is no flock (util-linux) to keep two runs apart with'; return 1; }
  mkdir -p "$state" && { flock 9 && claim_lock; } 9>>"$state/lock.guard"
}

claim_lock() {
  if [ -d "$state/lock" ]; then fail "$state/lock is a folder: nobody knows who holds it"; return 1; fi
  owner=$(cat "$state/lock" 2>/dev/null) || owner=
  if [ -n "$owner" ] && [ "$(identity "${owner%% *}")" = "$owner" ]; then
    say "locked ${owner%% *}"
    return 1
  fi
  if identity "$$" >"$state/lock.new" && mv -f "$state/lock.new" "$state/lock"; then return 0; fi
  fail "the lock $state/lock could not be written"
}

drop_lock() { rm -f "$state/lock"; }

# --- conflicts and going back ---------------------------------------------------------------------------------------

conflicts=
conflict() {
  conflicts="$conflicts  $1
"
  say "conflict $1"
}

# if_begun NUMBER COMMAND…: a step that was never begun has nothing to take back.
if_begun() {
  number=$1
  shift
  journal_says "intent $number" || return 0
  "$@"
}

# back NUMBER COMMAND…: every step is tried, whatever became of the one before.
undo_result=0
back() { if_begun "$1" take_back "$@"; }

take_back() {
  step_back=$1
  shift
  # Nothing is undone twice, so what is noted as restored must be on the disk.
  if "$@"; then { sync && note "restored $step_back"; } || :
  else
    undo_result=1
    fail "step $step_back could not be taken back" || :
  fi
}

# undo_command NUMBER COMMAND…: not for one that was skipped, and not a second time.
undo_command() {
  if journal_says "skipped $1" || journal_says "restored $1"; then return 0; fi
  shift
  logged "$@"
}

# For what only a reboot takes back: tried, and said if it stays.
if_possible() { "$@" || say "stays $step_back"; }
