# shellcheck shell=sh
# How files are kept, changed and put back; NUMBER names a step and its images: before/NUMBER and after/NUMBER, or
# NUMBER.absent where there was no such file.

# With owner, mode, ACL and extended attributes, failing loudly if one of them can't be kept. busybox knows no xattrs.
copy() {
  if [ -n "${has_gnu_cp-}" ] || cp --version 2>/dev/null | grep -q GNU; then
    has_gnu_cp=1
    cp --no-dereference --preserve=mode,ownership,timestamps,xattr -- "$1" "$2"
  else
    cp -p "$1" "$2"
  fi
}

# Whether nobody but root, or the user who is at work, can change what a folder's names stand for. Whoever is in the user's
# own group has been let in by that user.
is_trusted_folder() {
  set -- "$1" "$(stat -c '%u %g %a' "$1" 2>/dev/null)"
  case $2 in
    "$actor $(id -g) "*) set -- "$1" "0 0 ${2##* }" ;;
    "$actor "*) set -- "$1" "0 ${2#* }" ;;
  esac
  case $2 in
    '0 '*' '[1357]???) return 0 ;; # sticky: others can't rename or remove what is root's
    '0 0 '*[2367] | '0 '[1-9]*' '*[2367]? | '0 '*' '*[2367]) return 1 ;;
    '0 '*) return 0 ;;
  esac
  return 1
}

# Refuses whatever somebody may have planted in the way of a write: on the way as it is written, and as it really goes.
check_path() {
  if [ -L "$1" ]; then fail "$1 is a symbolic link: Freehold does not write through links"; return 1; fi
  if [ -e "$1" ] && [ ! -f "$1" ]; then fail "$1 is not a regular file"; return 1; fi
  if [ -f "$1" ] && [ "$(stat -c %h "$1")" != 1 ]; then fail "$1 has hard links that a change would part"; return 1; fi
  check_folder "${1%/*}" || return 1
  if [ ! -d "${1%/*}" ]; then return 0; fi
  real=$(CDPATH='' cd -P -- "${1%/*}/" && pwd -P) || return 1
  if [ "$real" != "${1%/*}" ]; then check_folder "$real"; fi
}

is_own() { case $(stat -c %u "$1") in 0 | "$actor") return 0 ;; *) return 1 ;; esac; }

# check_folder PATH: it and every folder above it.
check_folder() {
  folder=$1
  while [ -n "$folder" ]; do
    above=${folder%/*}
    if [ -L "$folder" ] && { ! is_own "$folder" || ! is_trusted_folder "${above:-/}"; }; then
      fail "$folder is a symbolic link that somebody else can change"
      return 1
    fi
    if [ -e "$folder" ] && ! is_trusted_folder "$folder/."; then
      fail "$folder can be changed by others: what is written there would not be safe"
      return 1
    fi
    folder=$above
  done
}

# is_image before|after NUMBER PATH: whether the file is what an image says: the same content, or not there.
is_image() {
  if [ -L "$3" ]; then return 1; fi
  if [ -e "$run/$1/$2.absent" ]; then [ ! -e "$3" ]; else cmp -s "$run/$1/$2" "$3"; fi
}

# is_ours NUMBER PATH [NUMBER…]: whether the file is as this run found it or made it, by this step or by another one.
is_ours() {
  path=$2
  if is_image before "$1" "$path" || is_image after "$1" "$path"; then return 0; fi
  shift 2
  for other do
    if is_image after "$other" "$path"; then return 0; fi
  done
  return 1
}

# keep_file NUMBER PATH [SHA256]: the before-image, or that there was none and which folders were missing. With a
# checksum, the file must still be what the plan was made from.
keep_file() {
  check_path "$2" || return 1
  if [ -e "$2" ]; then
    if ! copy "$2" "$run/before/$1" || ! cmp -s "$2" "$run/before/$1"; then
      fail "$2 could not be kept with its owner, mode and extended attributes"
      return 1
    fi
  else
    folder=${2%/*}
    missing=
    while [ -n "$folder" ] && [ ! -e "$folder" ]; do
      missing="$missing$folder
"
      folder=${folder%/*}
    done
    printf '%s' "$missing" >"$run/before/$1.absent" || return 1
  fi
  if [ -z "${3-}" ] || [ "$(sha256sum 2>/dev/null <"$run/before/$1")" = "$3  -" ]; then return 0; fi
  fail "$2 is not what it was when the plan was made: make a new plan"
}

# write_file NUMBER PATH MODE OWNER GROUP [NUMBER…]: content is after/NUMBER; an existing file keeps its own attributes.
write_file() {
  number=$1 path=$2 mode_wanted=$3 owner_wanted=$4:$5
  shift 5
  may_change "$number" "$path" "$@" || return 1
  make_folder "${path%/*}" || return 1
  rm -f "$path$temporary"
  if [ -e "$path" ]; then copy "$path" "$path$temporary" || return 1
  else
    (set -C && : >"$path$temporary") && chown "$owner_wanted" "$path$temporary" &&
      chmod "$mode_wanted" "$path$temporary" || return 1
  fi
  cat "$run/after/$number" >"$path$temporary" && put_in_place "$path"
}

# remove_file NUMBER PATH [NUMBER…]
remove_file() {
  may_change "$@" || return 1
  if [ -e "$2" ]; then rm -f "$2" && flush "${2%/*}/"; fi
}

may_change() {
  check_path "$2" || return 1
  is_ours "$@" || fail "$2 was changed by somebody else while this run was under way"
}

# From the outermost missing one on, each of them noted in the folder above it.
make_folder() {
  if [ -z "$1" ] || [ -d "$1" ]; then return 0; fi
  (make_folder "${1%/*}") && (umask 022 && mkdir "$1") && flush "${1%/*}/"
}

put_in_place() { flush "$1$temporary" && mv -f "$1$temporary" "$1" && flush "${1%/*}/"; }

# note_file NUMBER PATH: what a command made of a file, for later to see whether somebody else changed it since.
note_file() {
  rm -f "$run/after/$1" "$run/after/$1.absent"
  if [ -e "$2" ]; then copy "$2" "$run/after/$1.new" && flush "$run/after/$1.new" && mv -f "$run/after/$1.new" "$run/after/$1"
  else : >"$run/after/$1.absent"
  fi
}

# check_file NUMBER PATH [NUMBER…]: a conflict unless the file is as it was before or after the run. Of a command that was
# cut off nobody knows what it made of its files.
check_file() {
  if [ ! -e "$run/after/$1" ] && [ ! -e "$run/after/$1.absent" ]; then return 0; fi
  is_ours "$@" || conflict "$2"
}

# restore_written NUMBER PATH [NUMBER…]: a file that is still as it was is left alone: there may be no room to write it.
restore_written() {
  if is_image before "$1" "$2" && { [ ! -e "$2" ] || [ "$(attributes "$2")" = "$(attributes "$run/before/$1")" ]; }; then
    rm -f "$2$temporary"
    remove_folders "$1"
  else
    restore_file "$@"
  fi
}

attributes() { stat -c '%a %u %g' "$1"; }

# restore_file NUMBER PATH [NUMBER…]
restore_file() {
  check_path "$2" || return 1
  rm -f "$2$temporary"
  if ! is_ours "$@" && [ -e "$2" ]; then
    { mkdir -p "$run/replaced" && copy "$2" "$run/replaced/$1"; } || return 1
  fi
  if [ -e "$run/before/$1.absent" ]; then
    rm -f "$2" && remove_folders "$1" || return 1
    if [ -d "${2%/*}" ]; then flush "${2%/*}/"; fi
  else
    make_folder "${2%/*}" && copy "$run/before/$1" "$2$temporary" && put_in_place "$2"
  fi
}

# Those that this run made for a file, unless something else has moved in.
remove_folders() {
  if [ ! -s "$run/before/$1.absent" ]; then return 0; fi
  while IFS= read -r folder; do rmdir "$folder" 2>/dev/null || :; done <"$run/before/$1.absent"
}

