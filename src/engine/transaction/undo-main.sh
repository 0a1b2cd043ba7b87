# shellcheck shell=sh
# The fixed end of a run's undo.sh. The functions check, restore and settle above it are this run's own.

undo_main() {
  # Going back halfway is worse than being slow to stop.
  trap '' INT TERM HUP PIPE
  if [ -z "${FREEHOLD_LOCKED-}" ]; then
    if ! is_actor || ! take_lock; then
      echo 'Nothing was taken back.' >&2
      exit 3
    fi
    trap drop_lock EXIT
  fi
  if [ "$(tail -n 1 "$run/journal" 2>/dev/null)" = undone ]; then
    say undone
    echo 'This run has been taken back already.' >&2
    exit 0
  fi
  if [ -n "${FREEHOLD_FALLBACK-}" ] && [ "$(tail -n 1 "$run/journal")" = applied ]; then exit 0; fi
  check
  if [ -n "$conflicts" ] && [ "${FORCE-}" != 1 ]; then
    printf 'Nothing was taken back: somebody else has changed since\n%s' "$conflicts" >&2
    echo 'FORCE=1 sh undo.sh puts the old state back all the same and keeps what it replaces in this folder.' >&2
    say conflicts
    exit 4
  fi
  rm -f "$run/reserve"
  note undoing || :
  restore
  settle
  sync
  if [ "$undo_result" = 0 ] && note undone; then
    say undone
    exit 0
  fi
  echo "Not everything could be taken back; the reasons stand above and in $run/output.log." >&2
  say undo-failed
  exit 5
}
