# shellcheck shell=sh
# The fixed end of a run's confirm.sh: the run stands from now on. Looking and noting are one act under the lock, so the
# watch can't take a run back that was just confirmed.

confirm_main() {
  is_actor || exit 3
  take_lock || exit 3
  trap drop_lock EXIT
  case $(tail -n 1 "$run/journal") in
    awaiting) note applied || exit 4 ;;
    applied) ;;
    undone)
      say undone
      exit 0
      ;;
    *)
      say unfinished "$id"
      exit 0
      ;;
  esac
  disarm_fallback
  say confirmed
}
