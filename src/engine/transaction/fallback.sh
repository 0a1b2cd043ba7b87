# shellcheck shell=sh
# Confirm or fall back: how the watch over a run is set up and taken down. Expects $confirm_within (seconds).

fallback_unit="freehold-fallback-$id.service"
unit_folder=/etc/systemd/system

runs_systemd() { [ -d /run/systemd/system ] && command -v systemctl >/dev/null; }

# arm_fallback SHELL…: before the first change, so that no cut and no lost connection can come before it. A unit that is
# enabled, and on the disk, watches again after a reboot; where none can be written the watch ends with this boot.
arm_fallback() {
  if [ "$actor" = 0 ] && runs_systemd; then
    if write_unit "$@" && logged systemctl enable --now "$fallback_unit" && sync; then return 0; fi
    disarm_fallback
    logged systemd-run --quiet --collect --unit="${fallback_unit%.service}" "$@" "$run/watch.sh" && return 0
    fail 'systemd would not start the watch that takes this run back'
    return 1
  fi
  command -v setsid >/dev/null || { fail 'there is no setsid (util-linux) to start the watch with'; return 1; }
  setsid "$@" "$run/watch.sh" </dev/null >/dev/null 2>&1 &
}

write_unit() {
  cat >"$unit_folder/$fallback_unit" <<UNIT
[Unit]
Description=Takes back Freehold run $id unless it is confirmed

[Service]
Type=exec
ExecStart=$* $run/watch.sh
Restart=on-failure
RestartSec=5s

[Install]
WantedBy=multi-user.target
UNIT
} 2>/dev/null

# The watch ends by itself when it sees that the run has ended.
disarm_fallback() {
  if [ ! -e "$unit_folder/$fallback_unit" ]; then return 0; fi
  logged systemctl disable "$fallback_unit" || :
  rm -f "$unit_folder/$fallback_unit"
  logged systemctl daemon-reload || :
}
