#!/bin/sh
# Takes pictures of docs/anh in a window of LibreOffice with Vietnamese number writing: of the demo's book, or of the
# file whose path is given; then each picture's name with the number of its sheet.
#     tools/pictures.sh CCHC_2021.xlsm trang_chu:0 so_tong_hop:3
set -eu
work=$(mktemp -d)
display=:$((60 + $$ % 30))
trap 'pkill -f "$work/profile" || true; kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
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
sleep 14
xdotool key Escape
sleep 1
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
