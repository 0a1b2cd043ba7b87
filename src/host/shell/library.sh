# shellcheck shell=sh
# shellcheck disable=SC2154 # $mark is set by the program, before this text
# What a shell host tells the shell at the other end first: POSIX sh, the same under dash, bash and busybox ash.
# Expects $mark, a word that nobody else can know. Answers go to standard output, each closed by it, the question's
# number, a word and a line end. Nothing here reads standard input: the next questions come along there.
#
# Starting a program costs more than everything else, so the shell's own means go first, and one program serves many.

newline='
'
# As long as this, a text goes through awk with all others; longer ones get a program of their own.
short_bytes=65536

answer() { printf '%s %s %s\n' "$mark" "$1" "$2"; }

# closed NUMBER PATH: why a path can't be opened, in the words of the shell; the client knows them.
closed() {
  # shellcheck disable=SC2034 # the text is not wanted, only the complaint
  IFS= read -r line 2>&1 <"$2"
  answer "$1" closed
}

# read_long NUMBER LIMIT PATH: one byte more than the limit tells that there is more.
read_long() {
  if head -c "$(($2 + 1))" <"$3"; then answer "$1" content; else
    answer "$1" broken
    closed "$1" "$3"
  fi
}

# read_file NUMBER LIMIT PATH
read_file() {
  if [ -f "$3" ]; then read_long "$@"
  elif [ -e "$3" ]; then answer "$1" not-a-file
  else closed "$1" "$3"; fi
}

# read_files [NUMBER LIMIT PATH]…: one stat for all tells which are short, and which are too large to be sent.
read_files() {
  todo=''
  left=$#
  while [ "$left" -gt 0 ]; do
    if [ -f "$3" ] && [ -r "$3" ]; then
      todo="$todo $1 $2"
      set -- "$@" "$3"
    else read_file "$1" "$2" "$3"; fi
    shift 3
    left=$((left - 3))
  done
  if [ $# = 0 ]; then return; fi
  sizes=$(stat -L -c %s -- "$@" 2>/dev/null) || sizes=''
  left=$#
  number=''
  for word in $todo; do
    if [ -z "$number" ]; then
      number=$word
      continue
    fi
    size=${sizes%%"$newline"*}
    sizes=${sizes#*"$newline"}
    kind_of_text "$1" "${size:-0}" "$word"
    case $kind in
      short) set -- "$@" "$number" "$word" "$size" "$1" ;;
      long) read_long "$number" "$word" "$1" ;;
      *) answer "$number" "$kind" ;;
    esac
    shift
    number=''
  done
  if [ $# -gt 0 ]; then read_short "$@"; fi
}

# kind_of_text PATH SIZE LIMIT: most files of /proc say 0; these are texts of some lines all the same.
kind_of_text() {
  kind=long
  if [ "$2" -gt "$3" ]; then kind=too-large
  elif [ "$2" -gt 0 ] && [ "$2" -le "$short_bytes" ]; then kind=short; fi
  case $1 in /proc/sys/* | /proc/modules | /proc/self/status) kind=short ;; esac
}

# Texts are read whole: of a number below /proc/sys the kernel gives what fits into the first read(2) and nothing after
# it, so the shell's own `read` would see one digit. What is not as long as stat said (it holds NUL bytes that this awk
# loses, or this separator, it has changed, it can't be read) is to be asked for again, the long way.
read_all='BEGIN {
  RS = "\003"; ORS = ""
  for (i = 2; i < ARGC; i += 4) {
    text = ""; extra = ""; path = ARGV[i + 3]
    failed = (getline text < path) <= 0 || (getline extra < path) != 0
    close(path)
    if (failed || (ARGV[i + 2] > 0 && length(text) != ARGV[i + 2])) { text = ""; word = "again" }
    else word = "content"
    print text ARGV[1] " " ARGV[i] " " word "\n"
  }
}'

# read_short [NUMBER LIMIT SIZE PATH]…
read_short() {
  if command -v awk >/dev/null 2>&1; then
    awk "$read_all" "$mark" "$@" </dev/null
    # Some awks end at the first file that can't be read: what they leave unanswered is asked for again, and what they
    # leave half printed ends here.
    answer 0 sync
    return
  fi
  while [ $# -gt 0 ]; do
    read_file "$1" "$2" "$4"
    shift 4
  done
}

# describe [NUMBER PATH]…
describe() {
  numbers=
  left=$#
  while [ "$left" -gt 0 ]; do
    if [ -e "$2" ] || [ -L "$2" ]; then
      numbers="$numbers $1"
      set -- "$@" "$2"
    else closed "$1" "$2"; fi
    shift 2
    left=$((left - 2))
  done
  if [ $# = 0 ]; then return; fi
  lines=$(stat -c '%f %u %g %s' -- "$@" 2>/dev/null) || lines=
  for number in $numbers; do
    describe_one "$number" "$1" "${lines%%"$newline"*}"
    lines=${lines#*"$newline"}
    shift
  done
}

# describe_one NUMBER PATH LINE: without a line (one of all has vanished meanwhile) it is asked for once more.
describe_one() {
  if [ -n "$3" ]; then printf %s "$3"
  elif stat -c '%f %u %g %s' -- "$2" 2>/dev/null; then :
  else closed "$1" "$2"; return; fi
  if [ -L "$2" ]; then
    printf '\n'
    readlink -n -- "$2"
  fi
  answer "$1" stat
}

# list_folder NUMBER PATH: a letter for the type, the name, NUL; the shell sees the links themselves.
list_folder() {
  if ! [ -d "$2" ]; then
    if [ -e "$2" ]; then answer "$1" not-a-folder; else closed "$1" "$2"; fi
    return
  fi
  if ! [ -r "$2" ] || ! [ -x "$2" ]; then answer "$1" permission; return; fi
  count=0
  for entry in "$2"/* "$2"/.*; do
    name=${entry##*/}
    case $name in . | ..) continue ;; esac
    if [ -L "$entry" ]; then type=l
    elif [ -d "$entry" ]; then type=d
    elif [ -f "$entry" ]; then type=f
    elif [ -e "$entry" ]; then type=o
    else continue; fi
    count=$((count + 1))
    printf '%s%s\0' "$type" "$name"
  done
  # A folder that can't be read looks like an empty one to the shell.
  if [ "$count" = 0 ] && ! ls -A -- "$2" >/dev/null 2>&1; then answer "$1" permission; else answer "$1" entries; fi
}

# run_program NUMBER SECONDS LIMIT COMMAND…: with its input on standard input; LIMIT 0 sends everything as it comes. The
# exit code closes standard error.
run_program() {
  number=$1 seconds=$2 limit=$3
  shift 3
  fate=ran
  # What was said on standard error before is nobody's.
  answer "$number" begin >&2
  case $1 in
    */*)
      if ! [ -e "$1" ]; then fate=no-program; elif [ -d "$1" ] || ! [ -x "$1" ]; then fate=no-permission; fi
      ;;
    *) if ! command -v "$1" >/dev/null 2>&1; then fate=no-program; fi ;;
  esac
  if [ "$fate" != ran ]; then exit_code 127
  elif [ "$limit" = 0 ]; then bounded "$@"
  else bounded "$@" | head -c "$limit"; fi
  answer "$number" "$fate"
}

bounded() {
  timeout -s KILL "$seconds" "$@"
  exit_code $?
}

exit_code() { answer "$number" "$1" >&2; }

# The shell itself and these programs are all that is needed there. Two lines: which are missing, and the architecture.
greet() {
  answer 0 hello
  missing=''
  for program in head ls readlink stat timeout uname; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
  done
  printf '%s\n' "$missing"
  uname -m 2>/dev/null
  answer 0 ready
}
