#!/bin/sh
# Makes this checkout ready to run and to test: system packages, `.venv`, Python packages.
#
# `make` calls it before every target. It changes nothing when nothing has changed, and it may be
# stopped at any moment and run again. PYTHON=/path/to/python3.12 chooses the Python.
set -eu

cd "$(dirname "$0")/.."

VENV=.venv
STAMP=$VENV/.ready
# Not in .venv: making that anew would remove the very mark that says it is being made.
UNFINISHED=build/setup.unfinished
LOG=build/setup.log

# A screen to draw on and what Kivy needs to draw and to be touched; a browser for the dashboard, and
# the library that Playwright's driver wants; strace, by which a test sees that the disk is told to write;
# a voice for the spoken prompts, and what packs them; PostgreSQL, of which the tests start one of their own.
SYSTEM_PACKAGES="xvfb libgl1 libegl1 libmtdev1 libxi6 libxcursor1 chromium libatomic1 strace espeak-ng vorbis-tools postgresql"

BEGAN=$(date +%s)
TICKER=

# ---- telling ----------------------------------------------------------------

elapsed() {
    echo "$(($(date +%s) - BEGAN)) s"
}

step() {
    printf '[%s/4 %6s] %s\n' "$1" "$(elapsed)" "$2"
}

# Say what is missing and how to mend it, and stop.
stop() {
    printf '\nThe set-up cannot go on: %s\n' "$1" >&2
    shift
    for line in "$@"; do
        printf '    %s\n' "$line" >&2
    done
    exit 1
}

# Run a long command with its words in the log. It stays in the foreground, so that Ctrl-C ends it.
quietly() {
    say=$1
    shift
    (
        # The sleeping one must hold neither the lock nor a pipe that somebody reads to its end.
        while sleep 10 >/dev/null 2>&1 9<&-; do
            printf '            %6s  still %s\n' "$(elapsed)" "$say"
        done
    ) &
    TICKER=$!
    if "$@" >>"$LOG" 2>&1 </dev/null 9<&-; then
        end_ticker
    else
        end_ticker
        tail -n 15 "$LOG" >&2
        return 1
    fi
}

end_ticker() {
    if [ -n "$TICKER" ]; then
        kill "$TICKER" 2>/dev/null || true
        wait "$TICKER" 2>/dev/null || true
        TICKER=
    fi
}

# ---- looking ----------------------------------------------------------------

# What the set-up depends on, in one hash; the path is in it because a moved `.venv` does not work.
fingerprint() {
    { cat pyproject.toml constraints.txt deploy/setup.sh; pwd; } | sha256sum | cut -d' ' -f1
}

on_debian() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null
}

installed() {
    dpkg-query -W -f '${db:Status-Abbrev}\n' "$1" 2>/dev/null | grep -q '^ii'
}

missing_packages() {
    for package in $SYSTEM_PACKAGES; do
        installed "$package" || printf '%s ' "$package"
    done
}

missing_programs() {
    command -v Xvfb >/dev/null || printf 'Xvfb '
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || printf 'chromium '
}

# The word counts and not the exit code: many a program that is no Python exits with 0.
right_version() {
    [ "$("$1" -c 'import sys; print((3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null)" = True ]
}

version_of() {
    "$1" -c 'import sys; print(sys.version_info[:3])' 2>/dev/null
}

# Is .venv of the Python that was asked for?
chosen_python() {
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of "$VENV/bin/python")" ]
}

has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# The machine's own python3 first: it is the one whose venv module people install.
find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if right_version "$candidate" && has_venv "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
}

become_root() {
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        echo sudo
    fi
}

# ---- doing ------------------------------------------------------------------

install_packages() {
    root=$(become_root)
    if [ -z "$root" ]; then
        stop "these system packages are missing, and you are neither root nor able to use sudo." \
            "Ask somebody who is root to run:" "  apt-get install --no-install-recommends $*" \
            "and then run the same make command again."
    fi
    if [ "$root" = sudo ]; then
        echo "            Installing needs root; sudo may ask for your password."
        sudo -v || stop "sudo refused."
    fi
    # A set-up that was stopped in the middle may have left packages unpacked but not set up.
    quietly "tidying the package system" "$root" dpkg --configure -a ||
        stop "the package system is in disorder; the lines above say why."
    # One list of many that cannot be read need not matter: whether it does, the next command says.
    quietly "reading the lists of packages" "$root" apt-get update || true
    quietly "installing" "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" ||
        stop "the system packages could not be installed; the lines above say why." \
            "To try by hand: apt-get install --no-install-recommends $*"
}

need_system_packages() {
    if ! on_debian; then
        missing=$(missing_programs)
        if [ -n "$missing" ]; then
            stop "this is not Debian, and these programs are missing: $missing" \
                "Install them with your system's package manager (also OpenGL: libGL and libEGL)," \
                "and then run the same make command again."
        fi
        step 2 "System: not Debian, but Xvfb and Chromium are here"
        return
    fi
    missing=$(missing_packages)
    if [ -n "$missing" ]; then
        step 2 "System: installing $missing"
        # shellcheck disable=SC2086 # a list of names
        install_packages $missing
    else
        step 2 "System: nothing is missing"
    fi
}

need_python() {
    python=$(find_python)
    if [ -z "$python" ] && [ -z "${PYTHON:-}" ] && on_debian && [ -n "$(become_root)" ]; then
        step 1 "Python: installing python3 and python3-venv"
        install_packages python3 python3-venv
        python=$(find_python)
    fi
    if [ -z "$python" ]; then
        stop "it needs Python 3.11, 3.12 or 3.13 with its venv module, and found ${PYTHON:-$(python3 -V 2>&1 || true)}." \
            "On Debian 12:  apt-get install python3-venv" \
            "Elsewhere install such a Python, and name it:  make PYTHON=/path/to/python3.12 demo"
    fi
    step 1 "Python: $("$python" -V 2>&1) ($python)"
}

make_venv() {
    # What was stopped in the middle may hold half a package, and what has no pip is broken: begin anew.
    if [ -e "$UNFINISHED" ] || ! right_version "$VENV/bin/python" || ! "$VENV/bin/python" -m pip -V >/dev/null 2>&1 ||
        ! chosen_python; then
        step 3 "Python environment: making $VENV"
        : >"$UNFINISHED"
        quietly "making $VENV" "$python" -m venv --clear "$VENV" || stop "$VENV could not be made."
    else
        step 3 "Python environment: $VENV is here"
    fi
    rm -f "$STAMP"
    : >"$UNFINISHED"
}

pip_install() {
    quietly "fetching and installing Python packages" "$VENV/bin/python" -m pip install \
        --disable-pip-version-check --no-input --progress-bar off -c constraints.txt "$@"
}

install_python_packages() {
    step 4 "Python packages: installing what constraints.txt names (about 250 MB on disk)"
    # The build backend is installed like any package, in its exact version, and not fetched anew for each build.
    { pip_install hatchling editables && pip_install --no-build-isolation -e '.[kiosk,server,dev]'; } ||
        stop "the Python packages could not be installed; the lines above say why." \
            "If the network failed, run the same make command again. All the words: $LOG"
}

ready() {
    if [ ! -x "$VENV/bin/python" ] || [ -e "$UNFINISHED" ] || ! chosen_python ||
        [ "$(cat "$STAMP" 2>/dev/null)" != "$(fingerprint)" ]; then
        return 1
    fi
    if on_debian; then [ -z "$(missing_packages)" ]; else [ -z "$(missing_programs)" ]; fi
}

main() {
    # Two makes at once in one checkout would install over each other.
    if command -v flock >/dev/null; then
        exec 9<deploy/setup.sh
        flock 9
    fi
    if ready; then
        return
    fi
    mkdir -p build
    : >"$LOG"
    trap end_ticker EXIT
    trap 'echo "Stopped. Run the same make command again to go on." >&2; exit 130' INT TERM
    echo "Setting up. The first time this takes a minute or more; later it takes no time."
    need_python
    need_system_packages
    make_venv
    install_python_packages
    rm -f "$UNFINISHED"
    fingerprint >"$STAMP"
    step 4 "Ready"
}

main "$@"
