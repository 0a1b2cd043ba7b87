# shellcheck shell=sh
# Digests of many files in one go, with what POSIX, GNU and busybox have in common. Its arguments: a PROGRAM (md5sum,
# sha256sum, sha512sum), a LIMIT in bytes, and absolute paths. Prints for each path some letters and NUL (`c` is followed by
# what the shell says of a file that can't be opened), then `=`, the lines of PROGRAM for those that have a `d`, and NUL.
program=$1 limit=$2
shift 2
newline='
'
# find(1) looks at sizes without opening anything. Here names with line ends come alone: one can't pass for another.
large=$newline$(find -L "$@" -prune -type f -size "+${limit}c" 2>/dev/null)$newline
closed=''
for path do
  if [ -L "$path" ]; then printf l; fi
  if [ -f "$path" ] && [ -r "$path" ]; then
    case $large in
      *"$newline$path$newline"*)
        printf 't\0'
        closed=yes
        ;;
      *) printf 'd\0' ;;
    esac
  elif [ -e "$path" ] && ! [ -f "$path" ]; then
    printf 'o\0'
    closed=yes
  else
    printf c
    # shellcheck disable=SC2034 # the text is not wanted, only the complaint
    { IFS= read -r line <"$path"; } 2>&1
    printf '\0'
  fi
done
printf '='
# What isn't there the program passes over. Devices, FIFOs and what has no end must not be opened; that a shell takes a
# time for each word of its arguments to put one aside is why it is only done where there are any.
if [ -n "$closed" ]; then
  left=$#
  while [ "$left" -gt 0 ]; do
    left=$((left - 1))
    path=$1
    shift
    if [ -f "$path" ]; then
      case $large in *"$newline$path$newline"*) ;; *) set -- "$@" "$path" ;; esac
    fi
  done
fi
if [ $# -gt 0 ]; then "$program" -- "$@" 2>/dev/null; fi
printf '\0'
