# shellcheck shell=sh
# The fixed end of a run's watch.sh: takes the run back unless somebody confirms it in time.

attempts_left=3

# Seconds since the boot: the clock on the wall may be set anew meanwhile.
seconds_up() {
  IFS=' .' read -r up _ </proc/uptime
  printf '%s\n' "$up"
}

is_at_work() {
  owner=$(cat "$state/lock" 2>/dev/null) && [ "$(identity "${owner%% *}")" = "$owner" ]
}

# Counts from the moment on when nobody works on the run any more: it has made its last change, or it was cut off.
watch_main() {
  trap '' HUP INT PIPE
  since=$(seconds_up)
  while :; do
    case $(tail -n 1 "$run/journal") in
      applied | undone)
        disarm_fallback
        exit 0
        ;;
    esac
    if is_at_work; then since=$(seconds_up); fi
    if [ "$(($(seconds_up) - since))" -ge "$confirm_within" ]; then
      fall_back "$@"
      since=$(seconds_up)
    fi
    sleep 1
  done
}

# What somebody has changed meanwhile is kept and replaced all the same: nobody can be asked.
fall_back() {
  if [ "$attempts_left" = 0 ]; then
    disarm_fallback
    exit 1
  fi
  attempts_left=$((attempts_left - 1))
  FREEHOLD_FALLBACK=1 FORCE=1 "$@" "$run/undo.sh" >>"$run/output.log" 2>&1
}
