# Sourced by the scripts here: where the parts are, and how their processes are started and stopped.
# shellcheck shell=bash

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/almanac"
playwright_version=1.61.0
playwright_dir="$cache/playwright"

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# The build is named by its sources, so that worktrees share it and an edit makes a new one.
build_dir() {
  local sum
  sum=$(cat "$here"/go.mod "$here"/go.sum "$here"/*.go | openssl dgst -sha256 -r)
  echo "$cache/testbed/${sum%% *}"
}

# Prints the path of one part: KUBEBUILDER_ASSETS first, then our build.
part() {
  local dir
  for dir in "${KUBEBUILDER_ASSETS:-}" "$(build_dir)"; do
    if [[ -n $dir && -x $dir/$1 ]]; then
      echo "$dir/$1"
      return
    fi
  done
  fail "$1 is not built yet; run deploy/testbed/install first."
}

# Prints the path of a program: the variable named first if set, else the first of the names found on PATH.
program() {
  local variable=$1 name
  shift
  if [[ -n ${!variable:-} ]]; then
    [[ -x ${!variable} ]] && echo "${!variable}"
    return
  fi
  for name in "$@"; do
    # The folder of these scripts may be on PATH and holds one called prometheus.
    name=$(PATH=${PATH//"$here"/} type -P "$name") && [[ -n $name ]] && echo "$name" && return
  done
}

found_prometheus() { program PROMETHEUS prometheus; }
found_promtool() { program PROMTOOL promtool; }
found_chromium() { program CHROMIUM chromium chromium-browser google-chrome; }
found_node() { program NODE node nodejs; }
found_build() { local dir && dir=$(build_dir) && [[ -x $dir/testbed ]] && echo "$dir"; }
found_playwright() {
  [[ -f $playwright_dir/package/cli.js ]] &&
    grep -q "\"version\": \"$playwright_version\"" "$playwright_dir/package/package.json" &&
    echo "$playwright_dir"
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints a free port of 127.0.0.1. Below 32768, where no outgoing connection can take it before its server does.
free_port() {
  local port
  RANDOM=$((BASHPID + 10#${EPOCHREALTIME#*[.,]})) # A subshell would otherwise go through its parent's numbers again.
  while true; do
    port=$((10000 + (RANDOM * 32768 + RANDOM) % 22000))
    if ! listening "$port"; then
      echo "$port"
      return
    fi
  done
}

# Prints the command line of a process; nothing when there is none.
command_line() {
  local line
  if [[ -d /proc/self ]]; then
    { line=$(tr '\0' ' ' <"/proc/$1/cmdline"); } 2>/dev/null || return 0
    # Empty for a moment while a process is being loaded (then it is one of ours, just started), and for one that has
    # ended and waits for its parent.
    if [[ -z $line ]] && grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"; then line=loading; fi
    echo "$line"
  else
    ps -ww -o args= -p "$1" 2>/dev/null || true
  fi
}

# Is the process recorded in a pid file alive and still ours? Process ids are used again after a reboot or a long time;
# every process that we start names its folder on its command line.
alive() {
  local pid line dir=$1 name=$2
  [[ -f $dir/run/$name.pid ]] && pid=$(<"$dir/run/$name.pid") && line=$(command_line "$pid") &&
    [[ $line == loading || $line == *"$dir"* ]]
}

# start DIR NAME COMMAND...: in the background, detached from our streams, log in DIR/logs/NAME.log.
start() {
  local dir=$1 name=$2
  shift 2
  nohup "$@" </dev/null >>"$dir/logs/$name.log" 2>&1 &
  echo $! >"$dir/run/$name.pid"
}

# stop DIR NAME: returns when the process is gone: asked to for 10 s, then forced.
stop() {
  local dir=$1 name=$2 signal i
  for signal in TERM KILL; do
    alive "$dir" "$name" || break
    kill -"$signal" "$(<"$dir/run/$name.pid")" 2>/dev/null || true
    for ((i = 0; i < 100; i++)); do
      alive "$dir" "$name" || break
      sleep 0.1
    done
  done
  rm -f "$dir/run/$name.pid"
}

# await SECONDS COMMAND...: until the command succeeds; false when the time is over.
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    sleep 0.2
  done
}

# absolute DIR: the folder is made if it is not there.
absolute() {
  mkdir -p "$1" && (cd "$1" && pwd -P)
}
