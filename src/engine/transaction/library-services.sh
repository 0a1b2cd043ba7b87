# shellcheck shell=sh
# How kernel parameters, units and packages are kept, changed and put back.

# --- kernel parameters ----------------------------------------------------------------------------------------------

# keep_values NUMBER PATTERN…: two lines for each path that a pattern matches, the path and its value.
keep_values() { list_values before "$@"; }

note_values() { list_values after "$@"; }

list_values() (
  list=$run/$1/$2
  shift 2
  IFS=
  for pattern do
    for path in $pattern; do
      if [ ! -e "$path" ]; then continue; fi
      value=$(cat "$path" 2>/dev/null) || continue
      printf '%s\n%s\n' "$path" "$value" || exit 1
    done
  done >"$list.new"
  # Whole or not at all: half a list would make values look changed by somebody else.
  mv -f "$list.new" "$list"
)

# write_value NUMBER PATH VALUE: the kernel may take a value without an error and make another one of it.
write_value() {
  problem=$( (printf '%s\n' "$3" >"$2") 2>&1) || { fail "the kernel did not take $3 for $2: ${problem##*: }"; return 1; }
  current=$(cat "$2" 2>/dev/null) || { fail "$2 can't be read, so nobody knows what the kernel made of it"; return 1; }
  if [ "$(fields "$current")" = "$(fields "$3")" ]; then return 0; fi
  fail "the kernel made $current of $3 for $2"
}

# One space between the fields, where the kernel writes a tab.
fields() (
  set -f
  # shellcheck disable=SC2086 # the fields are wanted one by one
  set -- $1
  printf '%s\n' "$*"
)

keep_boot() { cat /proc/sys/kernel/random/boot_id >"$run/before/boot"; }

is_another_boot() { [ "$(cat "$run/before/boot")" != "$(cat /proc/sys/kernel/random/boot_id)" ]; }

# back_value NUMBER COMMAND…: after a boot, values may stand that this run's files have set, whether or not the step that
# writes them was begun, or noted on the disk.
back_value() { if is_another_boot; then take_back "$@"; else back "$@"; fi; }

# check_values NUMBER: whether every value is as it was before or after the run. Another boot sets values of its own.
check_values() {
  if [ ! -e "$run/before/$1" ] || [ ! -e "$run/after/$1" ]; then return 0; fi
  if is_another_boot; then return 0; fi
  while IFS= read -r path && IFS= read -r value; do
    if [ ! -e "$path" ]; then continue; fi
    current=$(cat "$path")
    if [ "$current" = "$value" ] || [ "$current" = "$(value_of "$path" "$run/after/$1")" ]; then continue; fi
    conflict "$path"
  done <"$run/before/$1"
}

value_of() {
  while IFS= read -r listed && IFS= read -r value_found; do
    if [ "$listed" = "$1" ]; then printf '%s\n' "$value_found"; return; fi
  done <"$2"
}

# restore_values NUMBER: those that differ, the one that was written first, then what the kernel changed along with it.
# What counts is where they are at the end: of two that exclude each other, one write fails and the other does both.
restore_values() {
  if [ ! -e "$run/before/$1" ]; then return 0; fi
  write_back "$1" >/dev/null
  left=$(write_back "$1")
  if [ -n "$left" ]; then fail "the kernel did not take the old value back for$left"; fi
}

# Names the paths that keep another value.
write_back() {
  while IFS= read -r path && IFS= read -r value; do
    if [ ! -e "$path" ] || [ "$(cat "$path")" = "$value" ]; then continue; fi
    (printf '%s\n' "$value" >"$path") 2>/dev/null || :
    if [ "$(cat "$path")" != "$value" ]; then printf ' %s' "$path"; fi
  done <"$run/before/$1"
}

# --- units, packages, commands --------------------------------------------------------------------------------------

# Whatever other programs print is kept beside the plan; the last of it goes into the message.
logged() {
  result=0
  (umask 022 && "$@") </dev/null >"$run/output.last" 2>&1 || result=1
  cat "$run/output.last" >>"$run/output.log"
  if [ "$result" = 0 ]; then return 0; fi
  fail "$* failed: $(tail -n 3 "$run/output.last" | tr '\000-\037' ' ')(all of it: $run/output.log)"
}

# keep_unit NUMBER NAME: two lines, whether it is enabled and whether it is active.
keep_unit() {
  command -v systemctl >/dev/null || { fail "there is no systemctl to change the unit $2 with"; return 1; }
  unit_state "$2" >"$run/before/$1"
}

unit_state() { enablement "$1" && printf '%s\n' "$(systemctl is-active "$1" 2>/dev/null)"; }

# Always one line: a unit that isn't there prints nothing or, from systemd 254 on, not-found.
enablement() { printf '%s\n' "$(systemctl is-enabled "$1" 2>/dev/null | head -n 1)"; }

# change_unit ACTION NAME: a step before this one may have written the unit's own files.
change_unit() {
  case $1 in start | stop | restart | reload) logged systemctl daemon-reload || return 1 ;; esac
  logged systemctl "$@"
}

# restore_unit NUMBER NAME: whether it is enabled. What runs follows when all files are back: see restore_activity.
restore_unit() {
  { IFS= read -r enabled && IFS= read -r active; } <"$run/before/$1" || return 1
  now=$(enablement "$2")
  if [ "$now" = "$enabled" ]; then return 0; fi
  case $now in
    masked) logged systemctl unmask "$2" || return 1 ;;
    masked-runtime) logged systemctl unmask --runtime "$2" || return 1 ;;
  esac
  case $enabled in
    masked) logged systemctl mask "$2" ;;
    masked-runtime) logged systemctl mask --runtime "$2" ;;
    enabled) logged systemctl enable "$2" ;;
    enabled-runtime) logged systemctl enable --runtime "$2" ;;
    disabled) logged systemctl disable "$2" ;;
  esac
}

# restore_activity NUMBER ACTION NAME: what was restarted to see new files is restarted to see the old ones.
restore_activity() {
  { IFS= read -r enabled && IFS= read -r active; } <"$run/before/$1" || return 1
  logged systemctl daemon-reload || return 1
  case $active:$2 in
    active:restart | active:reload)
      if logged systemctl "$2" "$3"; then return 0; fi
      # What failed on the way forward may fail again: then only a unit that stopped is worse off than before.
      if journal_says "done $1"; then return 1; fi
      ;;
  esac
  now=$(systemctl is-active "$3" 2>/dev/null)
  case $active:$now in
    active:active) return 0 ;;
    active:*) start_again "$enabled" "$3" ;;
    *:active) logged systemctl stop "$3" ;;
  esac
}

# start_again ENABLEMENT NAME: a unit can run although it is masked by now; it can't be started so.
start_again() {
  if [ "$1" = masked ]; then logged systemctl unmask "$2" || return 1; fi
  logged systemctl start "$2"
  started=$?
  if [ "$1" = masked ]; then logged systemctl mask "$2" || return 1; fi
  return "$started"
}

packages() { dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package}=${Version}\n' | sed -n 's/^.i. //p' | sort; }

apt() {
  logged env DEBIAN_FRONTEND=noninteractive apt-get --yes --no-install-recommends --allow-downgrades \
    -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# keep_packages NUMBER: every package that is installed, with its version: one change brings others along.
keep_packages() {
  { command -v apt-get && command -v dpkg-query; } >/dev/null || { fail 'there is no apt to change packages with'; return 1; }
  packages >"$run/before/$1"
}

# change_package NUMBER install|remove NAME
change_package() {
  apt "$2" "$3" || return 1
  packages >"$run/after/$1" && flush "$run/after/$1"
}

# restore_packages NUMBER: exactly what this step brought, took or replaced, in one call of apt.
restore_packages() {
  # apt refuses to work after a dpkg that was cut off.
  logged env DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a || return 1
  lists=$run/before/$1.lists
  mkdir -p "$lists" && packages >"$lists/now" || return 1
  if [ ! -e "$run/after/$1" ]; then cp "$lists/now" "$run/after/$1" || return 1; fi
  # What went comes again, in its old version; what came and is still there goes, unless that replaces it anyway.
  comm -23 "$run/before/$1" "$run/after/$1" | comm -23 - "$lists/now" >"$lists/back"
  comm -13 "$run/before/$1" "$run/after/$1" | comm -12 - "$lists/now" | sed 's/=.*/-/' | sort >"$lists/away"
  wanted="$(cat "$lists/back") $(sed 's/=.*/-/' "$lists/back" | sort | comm -13 - "$lists/away")"
  # shellcheck disable=SC2086 # a package's name and version hold no blanks (deb-control(5))
  if [ -n "${wanted# }" ]; then apt install $wanted; fi
}

