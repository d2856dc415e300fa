# What both installers do: packages, an account, releases side by side. Sourced, with these set:
#
#     WHAT       what is being installed, for people: kiosk, server
#     HERE       the folder of the installer        PACKAGES  what Debian brings
#     ACCOUNT    whose the program is               HOME_DIR  the folder of its data, which nobody touches here
#     APP        where releases lie                 EXTRA     which part of the distribution it is
#
# Each version has a folder of its own, so that the one before is still there. What an installer has to know
# of the run before it reads from the disk, for that run may have been stopped:
#     $APP/running       the last release that came up
#     $APP/new-NAME      something new is in its place, and not started yet
# shellcheck shell=sh disable=SC2154

step() {
    printf '%s\n' "$1"
}

# Say what is wrong and how to mend it, and stop.
stop() {
    printf '\nThe %s is not ready: %s\n' "$WHAT" "$1" >&2
    shift
    for line in "$@"; do
        printf '    %s\n' "$line" >&2
    done
    exit 1
}

need_a_debian() {
    [ "$(id -u)" = 0 ] || stop "this needs root." "Try: sudo sh $HERE/install.sh"
    command -v apt-get >/dev/null || stop "this is no Debian; Debian 12 or 13 is what it was made for."
}

installed() {
    dpkg-query -W -f '${db:Status-Abbrev}\n' "$1" 2>/dev/null | grep -q '^ii'
}

# What the program is made of, in a few signs: the same files are the same release.
fingerprint() {
    find pyproject.toml constraints.txt kiosk server -type f ! -name '*.pyc' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12
}

version() {
    sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml
}

install_packages() {
    missing=
    for package in $PACKAGES; do
        installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    step "Packages:$missing"
    apt-get update
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing ||
        stop "the packages could not be installed; the lines above say why."
}

make_account() {
    getent passwd "$ACCOUNT" >/dev/null && return
    step "Account: $ACCOUNT"
    useradd --system --user-group --no-create-home --home-dir "$HOME_DIR" \
        --shell /usr/sbin/nologin "$ACCOUNT"
}

make_release() {
    release=$(version)-$(fingerprint)
    folder=$APP/releases/$release
    [ ! -e "$folder/whole" ] || return 0
    step "Program: $release"
    python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
        stop "it needs Python 3.11, 3.12 or 3.13, and found $(python3 -V 2>&1)."
    mkdir -p "$APP/releases"
    python3 -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off --no-cache-dir \
        -c constraints.txt ".[$EXTRA]" || stop "the Python packages could not be installed; the lines above say why."
    # On the disk before it is called whole: the power may go at any time.
    sync
    : >"$folder/whole"
}

# Let the program start from this release the next time.
choose_release() {
    [ "$(readlink "$APP/current" 2>/dev/null)" != "releases/$1" ] || return 0
    ln -sfn "releases/$1" "$APP/current.new"
    : >"$APP/new-$WHAT"
    mv -T "$APP/current.new" "$APP/current"
}

# Put a file of ours in its place: name, place, mode, and what is to start anew with it.
put() {
    cmp -s "$HERE/$1" "$2" && return 0
    [ -z "${4:-}" ] || : >"$APP/new-$4"
    install -D -m "$3" "$HERE/$1" "$2" || stop "$2 could not be written."
}

# This release has come up: should the next one not, the program goes back to this one.
came_up() {
    printf '%s\n' "$1" >"$APP/running.new"
    sync
    mv -T "$APP/running.new" "$APP/running"
    rm -f "$APP/new-$WHAT"
}

# Keep this release and the one before; with nothing new that one is not known any more, and stays.
remove_old_releases() {
    [ "$previous" != "$release" ] || return 0
    for folder in "$APP"/releases/*; do
        case ${folder##*/} in
        "$release" | "$previous") ;;
        *) rm -rf "$folder" ;;
        esac
    done
}
