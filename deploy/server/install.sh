#!/bin/sh
# Makes a bare Debian 12 or 13 into the server of a province, and brings it up to date: one command for both.
#
#     sudo sh deploy/server/install.sh nucuoi.example.vn     the name that browsers and kiosks use; the first time
#     sudo sh deploy/server/install.sh                       from then on
#
# It changes nothing when nothing has changed, and may be stopped at any moment and run again. It never
# touches /var/lib/nucuoi, where the book and the key are, but copies both to /var/backups/nucuoi before a
# new version sees them. A new version that does not come up is taken back. Every path below lies under
# NUCUOI_ROOT, which is empty but in the test.
set -eu

cd "$(dirname "$0")/../.."
HERE=deploy/server

WHAT=server
EXTRA=server
ACCOUNT=nucuoi
HOME_DIR=/var/lib/nucuoi
ROOT=${NUCUOI_ROOT:-}
APP=$ROOT/opt/nucuoi
SETTINGS=$ROOT/etc/nucuoi
UNITS=$ROOT/etc/systemd/system
BOOK=$ROOT$HOME_DIR/nucuoi.sqlite3

# The proxy that speaks TLS and sees to its certificate; who asks whether the server lives; the time.
PACKAGES="python3-venv caddy curl systemd-timesyncd ca-certificates"
HEALTH=http://127.0.0.1:8000/healthz
COMES_UP_S=60

previous=

. deploy/release.sh

need_a_name() {
    [ ! -e "$SETTINGS/server.toml" ] || return 0
    case ${1:-} in
    *[!a-zA-Z0-9.-]* | '' | .* | -*)
        stop "the first time it needs the name under which browsers and kiosks reach this machine." \
            "Try: sudo sh $HERE/install.sh nucuoi.example.vn"
        ;;
    esac
}

# Settings with the machine's name in them: what somebody may change is put there once.
put_settings() {
    for name in server.toml Caddyfile; do
        [ -e "$SETTINGS/$name" ] || {
            install -d -m 755 "$SETTINGS"
            sed "s/@NAME@/$1/" "$HERE/$name" >"$SETTINGS/$name.new"
            chmod 644 "$SETTINGS/$name.new"
            mv "$SETTINGS/$name.new" "$SETTINGS/$name"
        }
    done
}

put_files() {
    put nucuoi-server.service "$UNITS/nucuoi-server.service" 644 server
    put nucuoi-backup.service "$UNITS/nucuoi-backup.service" 644
    put nucuoi-backup.timer "$UNITS/nucuoi-backup.timer" 644
    put nucuoi-server.sh "$ROOT/usr/local/sbin/nucuoi-server" 755
    install -d -m 700 "$ROOT/var/backups/nucuoi"
    chown "$ACCOUNT:$ACCOUNT" "$ROOT/var/backups/nucuoi"
    proxy=$ROOT/etc/caddy/Caddyfile
    grep -qsxF 'import /etc/nucuoi/Caddyfile' "$proxy" || {
        printf 'import /etc/nucuoi/Caddyfile\n' >>"$proxy"
        : >"$APP/new-proxy"
    }
}

# A new version may change the tables for good, so the book as it is now is kept first.
keep_the_book() {
    [ -e "$BOOK" ] && [ -n "$previous" ] && [ "$previous" != "$release" ] || return 0
    step "Backup, before the new version sees the book"
    systemctl start nucuoi-backup.service ||
        stop "the book could not be copied, so nothing was changed." "Why: journalctl -u nucuoi-backup -n 50"
}

lives() {
    curl --silent --fail --output /dev/null --retry "$COMES_UP_S" --retry-delay 1 --retry-all-errors \
        --retry-max-time "$COMES_UP_S" "$HEALTH"
}

start() {
    systemctl daemon-reload
    systemctl enable --quiet nucuoi-server.service nucuoi-backup.timer caddy.service
    if [ -e "$APP/new-proxy" ]; then
        systemctl reload-or-restart caddy.service ||
            stop "the proxy does not take its settings." "Why: journalctl -u caddy -n 50"
        rm "$APP/new-proxy"
    fi
    if [ ! -e "$BOOK" ]; then
        step "The server is installed: $release. Next: sudo nucuoi-server setup"
        step "and then: sudo systemctl start nucuoi-server nucuoi-backup.timer"
        exit 0
    fi
    systemctl start nucuoi-backup.timer
    if [ -e "$APP/new-server" ] || [ "$previous" != "$release" ] ||
        ! systemctl is-active --quiet nucuoi-server.service; then
        systemctl restart nucuoi-server.service || true
        lives || take_back
        came_up "$release"
    fi
}

take_back() {
    if [ -z "$previous" ] || [ "$previous" = "$release" ]; then
        stop "it does not come up." "Why: journalctl -u nucuoi-server -n 50"
    fi
    choose_release "$previous"
    systemctl restart nucuoi-server.service || true
    lives || stop "neither version $release nor the one before comes up; kiosks keep what they are given." \
        "Why: journalctl -u nucuoi-server -n 50" \
        "If the tables are too new for it: sudo nucuoi-server restore --replace /var/backups/nucuoi/NEWEST"
    came_up "$previous"
    stop "version $release does not come up, so the one before runs again." \
        "Why: journalctl -u nucuoi-server -n 50"
}

main() {
    umask 022
    need_a_debian
    need_a_name "${1:-}"
    install_packages
    make_account
    previous=$(cat "$APP/running" 2>/dev/null || true)
    make_release
    keep_the_book
    choose_release "$release"
    put_settings "${1:-}"
    put_files
    start
    remove_old_releases
    step "The server runs $release."
}

main "$@"
