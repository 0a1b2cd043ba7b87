# shellcheck shell=sh
# How whole folders that a command rewrites are kept and put back; NUMBER names a step and its images. What a folder looked
# like stands in NUMBER.listing: names, kinds, owners, sizes and times, without what programs keep there for themselves.

# listing PATH: two folders with one listing hold the same, unless somebody has set a file's time back. What other steps write in
# it ($written, a path a line) has images of its own: it would make the folder look changed by somebody else.
listing() {
  listed=$1
  set --
  while IFS= read -r other; do
    case $other in "$listed"/*) set -- "$@" -o -path "$(printf %s "$other" | sed 's/[][*?\\]/\\&/g')" ;; esac
  done <<END
$written
END
  find "$listed" \( -name __pycache__ -o -name .cache "$@" \) -prune -o -type d -exec stat -c '%n %f %u %g' {} + \
    -o -exec stat -c '%n %f %u %g %s %y' {} + | sort
}

copy_folder() {
  if cp --version 2>/dev/null | grep -q GNU; then cp -a --reflink=auto -- "$1" "$2"; else cp -a "$1" "$2"; fi
}

# Refuses what could not be put back whole: links, mounts, and what belongs to somebody who isn't at work here.
check_whole_folder() {
  if [ -L "$1" ]; then fail "$1 is a symbolic link: Freehold does not write through links"; return 1; fi
  check_folder "${1%/*}" || return 1
  if [ ! -e "$1" ]; then return 0; fi
  if [ ! -d "$1" ]; then fail "$1 is not a folder"; return 1; fi
  check_folder "$1" || return 1
  if [ "$(stat -c %d "$1")" != "$(stat -c %d "${1%/*}/")" ]; then
    fail "$1 is a file system of its own: it can't be put back as a whole"
    return 1
  fi
  mount=$(mount_below "$1")
  if [ -n "$mount" ]; then
    fail "$mount is mounted in $1: that can't be put back as a whole"
    return 1
  fi
  if [ "$actor" != 0 ] && [ -n "$(find "$1" ! -user "$actor" | head -n 1)" ]; then
    fail "in $1 there is something of another user: $(find "$1" ! -user "$actor" | head -n 1)"
    return 1
  fi
}

# mount_below PATH: a mount point in it, also of a file; the kernel writes blanks as octal numbers (proc_pid_mountinfo(5)).
mount_below() {
  below=$(printf %s "$1" | sed 's/\\/\\134/g; s/ /\\040/g')
  while read -r _ _ _ _ point _; do
    case $point in "$below"/*) printf '%s\n' "$point" && return ;; esac
  done </proc/self/mountinfo
}

# One copy here, and one beside the folder when it is put back: twice the size where both lie on one file system.
has_room() {
  needed=$(du -sk "$1" | sed 's/[^0-9].*//') || return 1
  if [ "$(stat -c %d "$run")" = "$(stat -c %d "${1%/*}/")" ]; then needed=$((needed * 2)); fi
  for place in "$run" "${1%/*}/"; do
    free=$(df -Pk "$place" | sed -n '2s/^.* \([0-9][0-9]*\)  *[0-9][0-9]*% .*$/\1/p')
    if [ "${free:-0}" -gt "$needed" ]; then continue; fi
    fail "there is no room at $place to keep $1 ($needed KiB, and $free KiB are free)"
    return 1
  done
}

# keep_folder NUMBER PATH: a copy of all that is in it, or that there was no such folder.
keep_folder() {
  check_whole_folder "$2" || return 1
  if [ ! -e "$2" ]; then : >"$run/before/$1.absent"; return; fi
  has_room "$2" || return 1
  if copy_folder "$2" "$run/before/$1" && listing "$2" >"$run/before/$1.listing"; then return 0; fi
  fail "$2 could not be kept as a whole"
}

# note_folder NUMBER PATH: what a command made of it; whole or not at all, or it would look changed by somebody else.
note_folder() {
  rm -f "$run/after/$1.listing" "$run/after/$1.absent"
  if [ ! -d "$2" ]; then : >"$run/after/$1.absent"; return; fi
  listing "$2" >"$run/after/$1.new" && flush "$run/after/$1.new" && mv -f "$run/after/$1.new" "$run/after/$1.listing"
}

# is_folder_image before|after NUMBER PATH
is_folder_image() {
  if [ ! -e "$3" ]; then [ -e "$run/$1/$2.absent" ]; return; fi
  [ -e "$run/$1/$2.listing" ] && [ "$(listing "$3")" = "$(cat "$run/$1/$2.listing")" ]
}

# is_our_folder NUMBER PATH [NUMBER…]: whether it is as this run found it or made it.
is_our_folder() {
  path=$2
  if is_folder_image before "$1" "$path"; then return 0; fi
  first=$1
  shift 2
  for other in "$first" "$@"; do
    if is_folder_image after "$other" "$path"; then return 0; fi
  done
  return 1
}

# check_kept_folder NUMBER PATH [NUMBER…]: a conflict where somebody else has changed it since. Of a command that was cut off
# nobody knows what it made of it, and going back may have been cut off while the folder was exchanged.
check_kept_folder() {
  if [ ! -e "$2" ] && [ -e "$2$temporary.old" ]; then return 0; fi
  if [ ! -e "$run/after/$1.listing" ] && [ ! -e "$run/after/$1.absent" ]; then return 0; fi
  is_our_folder "$@" || conflict "$2"
}

# restore_folder NUMBER PATH [NUMBER…]: the copy is laid beside it and takes its place when it is whole. What is replaced goes
# unless somebody else had a hand in it.
restore_folder() {
  check_whole_folder "$2" || return 1
  rm -rf "$2$temporary"
  if [ ! -e "$run/before/$1.absent" ]; then copy_folder "$run/before/$1" "$2$temporary" && sync || return 1; fi
  put_folder_in_place "$@" && rm -rf "$2$temporary.old"
}

put_folder_in_place() {
  number=$1 path=$2
  if [ -e "$path" ]; then
    if { [ -e "$run/after/$number.listing" ] || [ -e "$run/after/$number.absent" ]; } && ! is_our_folder "$@"; then
      mkdir -p "$run/replaced" && copy_folder "$path" "$run/replaced/$number" || return 1
    fi
    rm -rf "$path$temporary.old" && mv "$path" "$path$temporary.old" || return 1
  fi
  if [ ! -e "$run/before/$number.absent" ]; then mv "$path$temporary" "$path" || return 1; fi
  flush "${path%/*}/"
}
