#!/usr/bin/env bash
# Makes all screenshots anew: the real program, with real tasks, in a real terminal emulator.
#
#   apt-get install -y --no-install-recommends gcc libc6-dev curl fonts-dejavu-core fonts-noto-cjk imagemagick tmux x11-utils xterm xvfb
#   swift build -c release && screenshots/take.sh [DIRECTORY]
#
# TASKDECK is another program than the release build, PORT another port than 8000.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-screenshots}
port=${PORT:-8000}
program="${TASKDECK:-$PWD/.build/release/taskdeck} --max-running 6 --port $port"
api=http://127.0.0.1:$port
display=:95
work=$(mktemp -d)
windows=0
tmux() { command tmux -L "taskdeck-shots-$$" -f /dev/null "$@"; }

Xvfb "$display" -screen 0 2200x1400x24 -nolisten tcp > "$work/xvfb" 2>&1 &
xvfb=$!
clean_up() {
  tmux kill-server 2> /dev/null || true
  kill "$xvfb"
  rm -r "$work"
}
trap clean_up EXIT

# Waits until a text is on the screen.
await() {
  for _ in $(seq 200); do
    tmux capture-pane -p | grep -qF -- "$1" && return
    sleep 0.05
  done
  echo "'$1' has not come onto the screen:" >&2
  tmux capture-pane -p >&2
  exit 1
}

keys() { tmux send-keys -- "$@"; }

# Starts taskdeck in a window: columns, rows, background, foreground.
window() {
  tmux start-server ';' set -g default-terminal tmux-256color ';' set -g status off ';' \
    new-session -d -x "$1" -y "$2" "exec env LANG=C.UTF-8 $program --state $work/state-$((++windows))"
  await 'listening on'
  DISPLAY=$display LANG=C.UTF-8 xterm -u8 -tn xterm-256color -geometry "$1x$2" -fa 'DejaVu Sans Mono' \
    -fd 'Noto Sans Mono CJK SC' -fs 11 -bg "$3" -fg "$4" +sb -b 6 -title taskdeck \
    -e tmux -L "taskdeck-shots-$$" attach &
  xterm=$!
  for _ in $(seq 100); do
    DISPLAY=$display xwininfo -name taskdeck > "$work/window" 2> /dev/null && break
    sleep 0.1
  done
  sleep 1
}

# Writes what the window shows.
shoot() {
  sleep 1
  DISPLAY=$display import -window "$(awk '/Window id/ { print $4 }' "$work/window")" -strip "$out/$1.png"
}

close_window() {
  keys C-c
  await 'Quit taskdeck?'
  sleep 0.3
  keys C-c
  wait "$xterm" || true
}

# Type, data, and further members of the task. Over the socket, since commands need a token elsewhere.
create() {
  curl -sS --unix-socket "$work/state-$windows/api.sock" -H 'Content-Type: application/json' \
    -d "{\"task_type\": \"$1\", \"task_data\": $2${3:-}}" http://localhost/tasks | sed 's/.*"task_id":"\([^"]*\)".*/\1/'
}

# A program of some C files, of which a few have warnings, and a script that compiles them.
make_project() {
  mkdir "$work/project"
  local number
  for number in $(seq 120); do
    echo "int module$number(int value) { int half = value / 2; return value + $((number % 9 == 0 ? number : 0)); }" |
      if ((number % 9 == 5)); then cat; else sed 's/int half = [^;]*; //'; fi > "$work/project/module$number.c"
  done
  cat > "$work/project/build.sh" << 'END'
count=$(ls module*.c | wc -l)
for number in $(seq "$count"); do
  printf '\033[32m[%d/%d]\033[0m Compiling module%d.c\n' "$number" "$count" "$number"
  cc -O2 -Wall -fdiagnostics-color=always -c "module$number.c" -o "module$number.o"
  sleep 0.25
done
END
}
make_project

control() {
  curl -sS -o /dev/null -H 'Content-Type: application/json' -d "{\"action\": \"$2\"}" "$api/tasks/$1/control"
}

# Waits until a task has a status.
becomes() {
  until curl -sS "$api/tasks/$1" | grep -q "\"status\":\"$2\""; do sleep 0.05; done
}

pid() { curl -sS "$api/tasks/$1" | sed 's/.*"pid":\([0-9]*\).*/\1/'; }

# Some twenty tasks: in all states, some with names, one whose worker is stopped, some that failed, one to be tried again;
# with "calm" none is stopped or has a priority, which take columns of their own.
populate() {
  local items='["invoices", "orders", "returns", "stock", "payroll", "界世界", "ledger", "audit"]' id
  create generate_report '{"report_type": "detailed", "delay": 0.2}' ', "name": "monthly report"' > /dev/null
  create command '{"command": "tar -czf /dev/null /usr/share/perl5"}' > /dev/null
  control "$(create process_data "{\"items\": $items, \"delay\": 60}" ', "name": "import, first try"')" terminate
  control "$(create command '{"command": ["tail", "-f", "/var/log/dpkg.log"]}')" kill
  create command "{\"command\": [\"cc\", \"-c\", \"parser.c\"], \"cwd\": \"$work/project\"}" > /dev/null
  create generate_report '{"report_type": "summary", "delay": 30}' ', "timeout": 1, "name": "slow report"' > /dev/null
  create process_data "{\"items\": $items, \"delay\": 1.5}" ', "name": "nightly import"' > /dev/null
  create command '{"command": "find / -xdev -type f -exec sha256sum {} +"}' > /dev/null
  build=$(create command "{\"command\": [\"sh\", \"build.sh\"], \"cwd\": \"$work/project\"}" ', "name": "build"')
  id=$(create process_data "{\"items\": $items, \"delay\": 1}" ', "name": "month end"')
  create command '{"command": "curl -sS http://127.0.0.1:9/health"}' ', "retries": 5, "name": "health check"' > /dev/null
  becomes "$id" running
  sleep 2
  control "$id" pause
  if [[ ${1:-} != calm ]]; then
    id=$(create process_data "{\"items\": $items, \"delay\": 4}" ', "priority": 20, "name": "stopped by hand"')
    becomes "$id" running
    kill -STOP "$(pid "$id")"
    create generate_report '{"delay": 2}' ', "priority": 10, "name": "urgent"' > /dev/null
  fi
  create cpu_intensive '{"complexity": 1500000000, "batches": 20}' > /dev/null
  create process_data "{\"items\": $items, \"delay\": 2}" > /dev/null
  create command '{"command": "apt-get update"}' \
    ", \"not_before\": \"$(date -u -d '+5 days' +%Y-%m-%dT05:00:00Z)\"" > /dev/null
  sleep 4
}

# Selects the task with a title.
select_task() {
  keys Home F3 "$1" Enter
}

dark=('#101418' '#d8dee9')
light=('#fdfdfa' '#202428')

window 150 38 "${dark[@]}"
populate calm
select_task build
await Compiling
shoot busy
close_window

window 120 36 "${dark[@]}"
populate
select_task build
keys Enter
await Compiling
shoot detail
keys Escape n
await 'New task'
keys Tab C-u '["make", "-j8"' Tab '/srv/project' Down 'CC=clang' Enter 'VERBOSE=1' Tab Tab Tab Tab Tab 'nightly build' \
  Tab '10' Tab '10m' Tab Tab '+2h30m' Enter
await 'is not JSON'
shoot new-task
keys Escape l
await 'failed'
keys / 'timed out' Enter
shoot log
keys Escape l '?'
await 'Tasks'
shoot help
keys Escape
keys Home Down Space Space Space K
# Some may have ended by now.
await '[ Kill '
shoot kill
keys Escape
close_window

window 200 50 "${dark[@]}"
populate
select_task build
await Compiling
shoot wide
close_window

window 120 36 "${light[@]}"
populate
keys Home Down
shoot light
close_window

window 60 20 "${dark[@]}"
populate
keys Home Down
shoot narrow
close_window
