#!/usr/bin/env bash
# What building for Windows and testing on Windows Python need, on Debian: setup.sh build|test
# Everything lies in $CCHC_WINDOWS_CACHE (default ~/.cache/cchc-xl-windows), outside the tree, and is made once.
set -euo pipefail
HERE=$(dirname "$(realpath "$0")")
CACHE=${CCHC_WINDOWS_CACHE:-$HOME/.cache/cchc-xl-windows}
UV=0.13.9
mkdir -p "$CACHE"

need() {  # Debian packages; where they can't be installed that is said, and nothing goes on without them
    local missing=()
    for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
    [ ${#missing[@]} = 0 ] && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "tools/windows: thiếu ${missing[*]}. Chạy bằng quyền root: apt-get install ${missing[*]}" >&2; exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null || {
        echo "tools/windows: không cài được ${missing[*]}, nên chưa dựng hay thử được bản Windows." >&2; exit 1
    }
}

tools() {
    need osslsigncode nsis git python3-venv
    [ -x "$CACHE/venv/bin/uv" ] || { python3 -m venv "$CACHE/venv"; "$CACHE/venv/bin/pip" install -q "uv==$UV"; }
}

windows_python() {  # the same embeddable Python as in the installer, with the same wheels and what the tests import
    if [ ! -e "$CACHE/py/python.exe" ]; then
        PYTHONPATH="$HERE" python3 -B -c 'import pathlib, sys, build
tools = pathlib.Path(sys.argv[1])
build.fetch(tools, tools / "fetched"); build.put_python(tools / "py", tools / "fetched")' "$CACHE"
        # Wine 8: a WMI query ends the process. Without the module platform.* asks `ver` instead.
        rm -f "$CACHE/py/_wmi.pyd"
    fi
    if ! cmp -s "$HERE/requirements.txt" "$CACHE/site/requirements.txt"; then
        rm -rf "$CACHE/site"
        "$CACHE/venv/bin/uv" pip install -q --target "$CACHE/site" --python-platform x86_64-pc-windows-msvc \
            --python-version 3.13 --only-binary :all: --require-hashes --no-deps -r "$HERE/requirements.txt"
        "$CACHE/venv/bin/uv" pip install -q --target "$CACHE/site" --python-platform x86_64-pc-windows-msvc \
            --python-version 3.13 --only-binary :all: pytest hypothesis pytest-timeout pillow msoffcrypto-tool python-docx
        cp "$CACHE"/site/pywin32_system32/*.dll "$CACHE/py/"
        cp "$HERE/requirements.txt" "$CACHE/site/"
    fi
    local root=${HERE%/tools/windows}
    printf '%s\r\n' python313.zip . "$(z "$CACHE/site")" "$(z "$CACHE/site/win32")" "$(z "$CACHE/site/win32/lib")" \
        "$(z "$root")" "$(z "$root/tests")" > "$CACHE/py/python313._pth"
}

z() { echo "Z:${1//\//\\}"; }  # /a/b -> Z:\a\b

wine_prefix() {
    need wine wine64 gcc-mingw-w64-x86-64-win32 fonts-dejavu-core
    . "$HERE/wine.sh"
    if [ ! -e "$WINEPREFIX/made" ]; then
        wineboot -i </dev/null 2>&1 | cat >/dev/null
        registry 'HKCU\Software\Wine' Version win10
        # A font with Vietnamese letters, for pictures of the windows.
        cp /usr/share/fonts/truetype/dejavu/DejaVuSans*.ttf "$WINEPREFIX/drive_c/windows/Fonts/"
        for font in 'Segoe UI' Tahoma 'MS Shell Dlg' 'MS Shell Dlg 2'; do
            registry 'HKCU\Software\Wine\Fonts\Replacements' "$font" 'DejaVu Sans'
        done
        wine reg add 'HKCU\Software\Wine\WineDbg' /v ShowCrashDialog /t REG_DWORD /d 0 /f </dev/null 2>&1 | cat >/dev/null
        wineserver -w
        # Wine links Desktop, Documents … to the home of the one who runs it: what is tested must not write there.
        for link in "$WINEPREFIX"/drive_c/users/*/*; do [ -L "$link" ] && rm "$link" && mkdir "$link"; done
        # Libraries in Rust ask bcryptprimitives.dll for random numbers; Wine 8 has none.
        printf '%s\n' '#include <windows.h>' '#include <ntsecapi.h>' '__declspec(dllexport)' \
            'BOOL WINAPI ProcessPrng(PBYTE p, SIZE_T n) { return RtlGenRandom(p, (ULONG)n); }' > "$CACHE/random.c"
        x86_64-w64-mingw32-gcc -shared -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" \
            "$CACHE/random.c" -ladvapi32
        touch "$WINEPREFIX/made"
    fi
}

registry() { wine reg add "$1" /v "$2" /d "$3" /f </dev/null 2>&1 | cat >/dev/null; }

tools
if [ "${1:-build}" = test ]; then
    wine_prefix
    windows_python
    windows_python_runs=$(wpy -c 'import sys, lxml.etree, python_calamine, win32api, cchc_xl; print(sys.version)') || {
        echo "tools/windows: Python của Windows không chạy được dưới Wine: $windows_python_runs" >&2; exit 1
    }
    echo "Python của Windows dưới Wine: $windows_python_runs"
fi
