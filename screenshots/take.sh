#!/usr/bin/env bash
# Makes all screenshots anew: the real program, with real tasks, in a real terminal emulator.
#
#   apt-get install -y --no-install-recommends curl fonts-dejavu-core fonts-noto-cjk imagemagick tmux x11-utils xterm xvfb
#   swift build -c release && screenshots/take.sh [DIRECTORY]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-screenshots}
program="$PWD/.build/release/taskdeck --ephemeral --max-running 5"
api=http://127.0.0.1:8000
display=:95
work=$(mktemp -d)
tmux() { command tmux -L "taskdeck-shots-$$" -f /dev/null "$@"; }

Xvfb "$display" -screen 0 1800x1200x24 -nolisten tcp > "$work/xvfb" 2>&1 &
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
    new-session -d -x "$1" -y "$2" "exec env LANG=C.UTF-8 $program"
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
  keys C-c C-c
  wait "$xterm" || true
}

# Type, data, and further members of the task.
create() {
  curl -sS -H 'Content-Type: application/json' -d "{\"task_type\": \"$1\", \"task_data\": $2${3:-}}" "$api/tasks" |
    sed 's/.*"task_id":"\([^"]*\)".*/\1/'
}

control() {
  curl -sS -o /dev/null -H 'Content-Type: application/json' -d "{\"action\": \"$2\"}" "$api/tasks/$1/control"
}

# Waits until a task has a status.
becomes() {
  until curl -sS "$api/tasks/$1" | grep -q "\"status\":\"$2\""; do sleep 0.05; done
}

# A dozen tasks in all states.
populate() {
  local items='["invoices", "orders", "returns", "stock", "payroll", "界世界", "ledger", "audit"]' id
  create generate_report '{"report_type": "detailed", "delay": 0.2}' > /dev/null
  create cpu_intensive '{"complexity": 2000000}' > /dev/null
  control "$(create process_data "{\"items\": $items, \"delay\": 60}")" terminate
  control "$(create process_data "{\"items\": $items, \"delay\": 60}")" kill
  id=$(create generate_report '{"report_type": "summary", "delay": 60}')
  becomes "$id" running
  kill -9 "$(curl -sS "$api/tasks/$id" | sed 's/.*"pid":\([0-9]*\).*/\1/')"
  create process_data "{\"items\": $items, \"delay\": 1.5}" > /dev/null
  create generate_report '{"report_type": "detailed", "delay": 4}' > /dev/null
  create cpu_intensive '{"complexity": 900000000, "batches": 12}' > /dev/null
  id=$(create process_data "{\"items\": $items, \"delay\": 1}")
  create cpu_intensive '{"complexity": 1500000000, "batches": 20}' > /dev/null
  sleep 3
  control "$id" pause
  create process_data "{\"items\": $items, \"delay\": 2}" > /dev/null
  create generate_report '{"delay": 2}' ', "priority": 10' > /dev/null
  sleep 2
}

dark=('#101418' '#d8dee9')
light=('#fdfdfa' '#202428')

window 120 36 "${dark[@]}"
populate
keys Home Down
shoot busy
keys End Enter
await 'Result'
shoot detail
keys Escape n
await 'New task'
keys Tab C-u '["a", "b", "c"]' Tab C-u '-1' Enter
await 'must be between'
shoot new-task
keys Escape l
sleep 6
shoot log
keys l '?'
await 'Tasks'
shoot help
keys Escape
keys Home K
await 'Kill this task?'
shoot kill
keys Escape
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
