#!/usr/bin/env bash
# Makes all screenshots anew: the real program, with real tasks, in a real terminal emulator.
#
#   apt-get install -y --no-install-recommends curl fonts-dejavu-core fonts-noto-cjk imagemagick tmux x11-utils xterm xvfb
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

pid() { curl -sS "$api/tasks/$1" | sed 's/.*"pid":\([0-9]*\).*/\1/'; }

# Some twenty tasks: in all states, some with names, one whose worker is stopped, one that failed, one to be tried again.
populate() {
  local items='["invoices", "orders", "returns", "stock", "payroll", "界世界", "ledger", "audit"]' id
  create generate_report '{"report_type": "detailed", "delay": 0.2}' ', "name": "monthly report"' > /dev/null
  create cpu_intensive '{"complexity": 2000000}' > /dev/null
  control "$(create process_data "{\"items\": $items, \"delay\": 60}")" terminate
  control "$(create process_data "{\"items\": $items, \"delay\": 60}" ', "name": "import, first try"')" kill
  id=$(create generate_report '{"report_type": "summary", "delay": 60}')
  becomes "$id" running
  kill -9 "$(pid "$id")"
  create generate_report '{"report_type": "summary", "delay": 30}' ', "timeout": 1, "name": "slow report"' > /dev/null
  create process_data "{\"items\": $items, \"delay\": 1.5}" ', "name": "nightly import"' > /dev/null
  create generate_report '{"report_type": "detailed", "delay": 9}' > /dev/null
  create cpu_intensive '{"complexity": 900000000, "batches": 12}' > /dev/null
  id=$(create process_data "{\"items\": $items, \"delay\": 1}" ', "name": "month end"')
  create process_data '{"items": ["a", "b", "c"], "delay": 20}' ', "timeout": 2, "retries": 5, "name": "flaky device"' \
    > /dev/null
  becomes "$id" running
  sleep 2
  control "$id" pause
  id=$(create process_data "{\"items\": $items, \"delay\": 4}" ', "priority": 20, "name": "stopped by hand"')
  becomes "$id" running
  kill -STOP "$(pid "$id")"
  create cpu_intensive '{"complexity": 1500000000, "batches": 20}' > /dev/null
  create process_data "{\"items\": $items, \"delay\": 2}" > /dev/null
  create generate_report '{"delay": 2}' ', "priority": 10, "name": "urgent"' > /dev/null
  create generate_report '{}' ", \"not_before\": \"$(date -u -d '+5 days' +%Y-%m-%dT05:00:00Z)\"" > /dev/null
  sleep 4
}

dark=('#101418' '#d8dee9')
light=('#fdfdfa' '#202428')

window 120 36 "${dark[@]}"
populate
keys Home Down Down
shoot busy
keys End Enter
await 'Result'
shoot detail
keys Escape n
await 'New task'
keys Tab C-u '["a", "b", "c"' Tab C-u '-1' Tab 'nightly import' Tab '10' Tab '10m' Tab Tab '+2h30m' Enter
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
keys Home Down Down
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
