#!/usr/bin/env bash
# The built installer under Wine: try_installer.sh OUT. Installed silently, the demo in a Vietnamese folder, a button's
# command line up to COM, the window; uninstalled, and people's files are still there.
set -euo pipefail
HERE=$(dirname "$(realpath "$0")"); OUT=$(realpath "$1")
. "$HERE/wine.sh"
needs_setup
PROGRAM=$USER_FOLDER/AppData/Local/Programs/CCHC
PLACE='C:\users\'$(id -un)'\AppData\Local\Programs\CCHC'
WORK="C:\\users\\Nguyễn Văn A\\Báo cáo CCHC (thử & xem)"
FOLDER="$WINEPREFIX/drive_c/users/Nguyễn Văn A/Báo cáo CCHC (thử & xem)"
fail() { echo "try_installer: $*" >&2; exit 1; }
say() { echo "[$(date +%T)] $*"; }

rm -rf "$PROGRAM" "$FOLDER"
win "$OUT/CCHC-cai-dat.exe" /S || fail "bộ cài dừng với mã $?"
rm -f "$PROGRAM/python/_wmi.pyd"  # Wine 8 only
for file in CCHC.exe cchc-xl.exe CCHC.cmd python/pythonw.exe Go-cai-dat.exe; do [ -e "$PROGRAM/$file" ] || fail "thiếu $file"; done
[ -e "$USER_FOLDER/AppData/Roaming/Microsoft/Excel/XLSTART/cchc.xlam" ] || fail "chưa có thẻ CCHC cho Excel"
[ -n "$(find "$PROGRAM/site/cchc_xl" -name '*.pyc' -print -quit)" ] || fail "mô-đun chưa được biên dịch"
say "đã cài"

win "$PLACE\\CCHC.exe" demo --out "$WORK" >/dev/null || fail "demo dừng với mã $?"
[ -s "$FOLDER/CCHC_2021.xlsm" ] && [ -s "$FOLDER/BaoCao_2021.docx" ] || fail "demo thiếu tệp: $(ls "$FOLDER")"
say "demo trong thư mục có dấu, & và ngoặc"

said=$(win "$PLACE\\cchc-xl.exe" check "$WORK\\CCHC_2021.xlsm") || [ $? = 1 ] || fail "check: $said"
grep -q "Cần giải trình" <<<"$said" || fail "check không nói bằng tiếng Việt: $said"
said=$(win "$PLACE\\cchc-xl.exe" report "$WORK\\CCHC_2021.xlsm" --out "$WORK\\bc.docx" --pdf) || fail "report --pdf: $said"
grep -q "Chưa có bản PDF" <<<"$said" && [ -s "$FOLDER/bc.docx" ] || fail "report --pdf không nói thiếu gì: $said"
say "dòng lệnh, và báo cáo khi máy không có Word"

# As ExecuteWindows of the add-in builds it; Wine has no Excel, so the way ends where COM is asked for the window.
line="C: & cd \"$PLACE\\python\" & \"$PLACE\\python\\python.exe\" -B -c \"import xlwings.utils;xlwings.utils.prepare_sys_path(\\\"False;;;;;;\\\"); from cchc_xl.live import verbs; verbs.say = lambda it: print(ascii(it.text)); verbs.tinh_lai()\" --wb=\"CCHC_2021.xlsm\" --from_xl=1 --app=\"x\" --hwnd=\"1234\""
printf '@echo off\r\n%s\r\n' "$line" > "$WINEPREFIX/drive_c/nut.cmd"
said=$(win cmd.exe /C 'C:\nut.cmd') || true
grep -q 'g.u1eb7p l.u1ed7i khi l.xe0m vi.u1ec7c n.xe0y' <<<"$said" || fail "dòng lệnh của nút: $said"
grep -qiE "AccessibleObject|oleacc|com_error|Not implemented" "$USER_FOLDER/.cchc/loi-nut-bam.log" ||
    fail "nút không đến được COM: $(tail -5 "$USER_FOLDER/.cchc/loi-nut-bam.log")"
say "dòng lệnh của nút đến COM, lỗi nói bằng tiếng Việt"

win "$PROGRAM/Go-cai-dat.exe" /S "_?=$PLACE" || fail "gỡ cài dừng với mã $?"
[ ! -e "$PROGRAM/python" ] && [ ! -e "$PROGRAM/CCHC.exe" ] || fail "gỡ cài để lại chương trình"
[ ! -e "$USER_FOLDER/AppData/Roaming/Microsoft/Excel/XLSTART/cchc.xlam" ] || fail "gỡ cài để lại thẻ CCHC"
[ -s "$FOLDER/CCHC_2021.xlsm" ] && [ -s "$FOLDER/BaoCao_2021.docx" ] || fail "gỡ cài xóa tệp của người dùng"
say "đã gỡ; tệp của người dùng còn nguyên"
