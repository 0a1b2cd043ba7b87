# shellcheck shell=sh
# The fixed end of a run's apply.sh. The functions prepare, steps and record above it are this run's own.

interrupted=

# step NUMBER flushed|written|passing COMMAND…: what outlives a reboot is noted on the disk before it is begun. Files that
# we write are flushed as they are; what other programs wrote is still in memory, where a power cut would find it.
step() {
  number=$1
  kind=$2
  shift 2
  if [ "$mode" = resume ] && [ "$kind" != passing ] && journal_says "done $number"; then return 0; fi
  if [ -n "$interrupted" ]; then
    fail "interrupted by SIG$interrupted before step $number"
    return 1
  fi
  note_step "$kind" "intent $number" || { fail "the journal $run/journal could not be written"; return 1; }
  say "intent $number"
  carry_out "$@" || { say "failed $number"; return 1; }
  note_step "$kind" "done $number" || { fail "the journal $run/journal could not be written"; return 1; }
  say "done $number"
}

carry_out() {
  "$@" </dev/null || return 1
  if [ "$kind" = written ]; then sync; fi
}

# skip NUMBER: a command that had nothing to do. One that was cut off and is now found done was not skipped.
skip() {
  if [ "$(grep -cx "intent $1" "$run/journal")" = 1 ]; then note "skipped $1"; fi
}

note_step() { if [ "$1" = passing ]; then printf '%s\n' "$2" >>"$run/journal"; else note "$2"; fi; }

# The last line tells: only `applied` and `undone` are ends. Prints what the run is, and its id.
find_unfinished() {
  for journal in "$state"/runs/*/journal; do
    if [ ! -e "$journal" ]; then continue; fi
    case $(tail -n 1 "$journal") in
      applied | undone) continue ;;
      awaiting) kind=unconfirmed ;;
      *) kind=unfinished ;;
    esac
    folder=${journal%/journal}
    printf '%s %s\n' "$kind" "${folder##*/}"
    return
  done
}

discard() { if [ "$mode" = apply ]; then rm -rf "$run"; fi; }

refuse() {
  discard
  say refused
  exit 3
}

begin() {
  unfinished=$(find_unfinished)
  if [ -n "$unfinished" ]; then
    say "$unfinished"
    refuse
  fi
  keep_boot || refuse
  prepare || refuse
  # Going back must not fail for want of room to write that it did: undo.sh frees this first.
  head -c 65536 /dev/zero >"$run/reserve" || refuse
  # Everything that going back needs is on the disk before the first change.
  sync
  note prepared || refuse
  sync
  if [ -n "$confirm_within" ]; then arm_fallback "$@" || refuse_prepared; fi
}

# Nothing was changed, so there is nothing to take back either.
refuse_prepared() {
  note undone || :
  say refused
  exit 3
}

# Only a run that was cut off on its way forward: of one that is being taken back, steps noted as done are undone.
continue_run() {
  if journal_says undoing; then
    fail 'this run is being taken back: finish that with a rollback'
    refuse
  fi
  case $(tail -n 1 "$run/journal") in
    applied | undone | awaiting)
      fail 'this run is not unfinished'
      refuse
      ;;
  esac
}

# apply_main apply|resume SHELL…
apply_main() {
  mode=$1
  shift
  trap 'interrupted=INT' INT
  trap 'interrupted=TERM' TERM
  trap 'interrupted=HUP' HUP
  trap '' PIPE
  is_actor || refuse
  take_lock || refuse
  trap drop_lock EXIT
  if [ "$mode" = apply ]; then begin "$@"; else continue_run; fi
  if steps; then
    record || :
    rm -f "$run/reserve"
    end=applied
    if [ -n "$confirm_within" ]; then end=awaiting; fi
    note "$end" && say "$end" && exit 0
    fail "the journal $run/journal could not be written" || :
  fi
  trap '' INT TERM HUP
  say undoing
  FREEHOLD_LOCKED=1 "$@" "$run/undo.sh"
  exit 4
}
