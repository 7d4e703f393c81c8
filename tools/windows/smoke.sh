#!/usr/bin/env bash
# What every change is held to on Windows Python, within minutes: files, output, processes, the reading of forms; then
# the installer is built and tried. Where Wine cannot be installed this says so and fails. All of it: make windows-test
set -euo pipefail
HERE=$(dirname "$(realpath "$0")")
"$HERE/setup.sh" test
"$HERE/suite.sh" tests/house/test_files.py tests/window/test_windows.py tests/cli/test_output.py tests/addin/test_addin_trust.py \
    tests/addin/test_addin_places.py tests/submissions/test_collect_messages.py
. "$HERE/wine.sh"
python3 "$HERE/build.py" "$CACHE/out" --tools "$CACHE"
"$HERE/try_installer.sh" "$CACHE/out"
