# Sourced: the Wine of the tests, apart from any other of this user.
CACHE=${CCHC_WINDOWS_CACHE:-$HOME/.cache/cchc-xl-windows}
export WINEPREFIX=$CACHE/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=;bcryptprimitives=n"
USER_FOLDER=$WINEPREFIX/drive_c/users/$(id -un)
# Wine's handles: stdin from /dev/null, stdout through a pipe (a plain file or a closed handle ends Python at start).
win() { timeout -k 5 "${LIMIT:-600}" wine "$@" </dev/null 2>&1 | cat; return "${PIPESTATUS[0]}"; }
# A prefix that Wine makes by itself links Desktop and Documents to the home of the one who runs it.
needs_setup() { [ -e "$WINEPREFIX/made" ] || { echo "Chạy trước: tools/windows/setup.sh test" >&2; exit 1; }; }
wpy() { win "$CACHE/py/python.exe" "$@"; }
