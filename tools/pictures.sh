#!/bin/sh
# Takes pictures of docs/anh in a window of LibreOffice with Vietnamese number writing: of the demo's book, or of the
# file whose path is given; then each picture's name with the number of its sheet.
#     tools/pictures.sh CCHC_2021.xlsm trang_chu:0 so_tong_hop:3
# Without anything, all pictures of the guide: of the demo, of a form with a fault in it, and of the copy that goes back.
set -eu
if [ $# -eq 0 ]; then
    made=$(mktemp -d)
    .venv/bin/cchc-xl demo --out "$made/demo" >/dev/null
    .venv/bin/python - "$made" <<'PY'
import sys
from pathlib import Path

import openpyxl

made = Path(sys.argv[1])
book = openpyxl.load_workbook(made / "demo/bieu_mau/phuong_1.xlsx")
rows = {row[0].value: row for row in book.worksheets[0].iter_rows(max_col=6)}
rows["III.6.7"][4].value, rows["III.6.9a"][4].value, rows["lan_nop"][4].value = 2800, None, 2
book.save(made / "bieu_mau.xlsx")
PY
    .venv/bin/cchc-xl collect "$made/demo/CCHC_2021.xlsm" "$made/bieu_mau.xlsx" >/dev/null || true
    "$0" "$made/demo/CCHC_2021.xlsm" trang_chu:0 so_tong_hop:6 kiem_tra:17
    "$0" "$made/bieu_mau.xlsx" bieu_mau:0
    "$0" "$made/demo/tra_lai/phuong_1-lan-3.xlsx" can_sua:0
    rm -rf "$made"
    exit
fi
work=$(mktemp -d)
display=:$((60 + $$ % 30))
trap 'kill $(jobs -p) 2>/dev/null || true; sleep 2; rm -rf "$work"' EXIT
book=$1
if [ ! -f "$book" ]; then
    .venv/bin/cchc-xl demo --out "$work/demo" >/dev/null
    book=$work/demo/$1
fi
# A copy, so that no lock is left beside the file itself.
cp "$book" "$work/"
book=$work/$(basename "$book")
mkdir -p "$work/profile/user" docs/anh
cat >"$work/profile/user/registrymodifications.xcu" <<'XCU'
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"><value>vi-VN</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay"><value>false</value></prop></item>
</oor:items>
XCU
Xvfb "$display" -screen 0 1680x1000x24 >/dev/null 2>&1 &
sleep 1
export DISPLAY="$display" SAL_USE_VCLPLUGIN=gen
soffice --norestore --nologo "-env:UserInstallation=file://$work/profile" "$book" >/dev/null 2>&1 &
sleep "${WAIT:-14}"
# The office warns of macros, sooner or later.
for _ in 1 2 3; do
    xdotool key Escape
    sleep 4
done
shift
number=0
for picture in "$@"; do
    name=${picture%%:*}
    target=${picture#*:}
    while [ "$number" -lt "$target" ]; do
        xdotool key ctrl+Next
        sleep 1
        number=$((number + 1))
    done
    sleep 2
    import -window root "docs/anh/$name.png"
done
