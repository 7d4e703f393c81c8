"""A province of 300 communes and four quarters: forms of the last one, the history, and results of two quarters."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from cchc_xl.consolidate.engine import connect
from cchc_xl.consolidate.facts import FACTS, period_folder
from cchc_xl.consolidate.run import Order, consolidate
from cchc_xl.schema import Form
from tests.forms_support import filled_form, wards

# At the end: a file there is called like a library.
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from consolidate_forms import Stamp

COMMUNES, DISTRICTS = 300, 10
MOVER, MOVED = 7, "2021-07-01"
QUARTERS = ("2021-01-01/2021-03-31", "2021-04-01/2021-06-30", "2021-07-01/2021-09-30", "2021-10-01/2021-12-31")
SHIFTED = """
COPY (SELECT * REPLACE ('{period}' AS period, DATE '{first}' AS first_day, DATE '{last}' AS last_day,
    CASE WHEN indicator = 'ho_so_xa_tiep_nhan' THEN value + {more} ELSE value END AS value)
FROM '{source}') TO '{target}' (FORMAT parquet)"""


def make_sample(form: Form, folder: Path) -> None:
    """Forms in nop/, units in phan_cap.csv, the history in lich_su/, results of two quarters."""
    unit = wards(form)[0]
    stamp = Stamp(filled_form(form, unit, folder / "goc.xlsx"), unit.id, unit.name)
    (folder / "nop").mkdir()
    lines = ["Mã,Tên,Loại,Thuộc,Từ ngày,Đến ngày,Trước là,Mã thống kê", "tinh,Tỉnh,tinh,,,,,91"]
    lines += [f"huyen_{number},Huyện {number},huyen,tinh,,,,{number:03}" for number in range(DISTRICTS)]
    for number in range(COMMUNES):
        (folder / "nop" / f"xa_{number}.xlsx").write_bytes(stamp.form(f"xa_{number}", f"Xã {number}"))
        above, since = f"huyen_{number % DISTRICTS}", MOVED if number == MOVER else ""
        lines.append(f"xa_{number},Xã {number},{unit.kind},{above},{since},,,{number:05}")
    # A commune that has moved from one district to another has two lines.
    lines.append(f"xa_{MOVER},Xã {MOVER},{unit.kind},huyen_0,,2021-06-30,,{MOVER:05}")
    units = folder / "phan_cap.csv"
    units.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for out in ("quy_3.parquet", "quy_4.xlsx", "quy_4.csv"):
        order = Order((folder / "nop",), ("tinh", "huyen"), units, folder / out, jobs=2, resume=folder / "nho.jsonl",
                      facts=folder / "lich_su")
        consolidate(order)
    _history(form, folder)


def _history(form: Form, folder: Path) -> None:
    """The period of the forms becomes four quarters; the third quarter's result has lower figures."""
    facts, con = folder / "lich_su" / FACTS, connect()
    real = facts / period_folder(form)
    for more, period in enumerate(QUARTERS):
        first, last = period.split("/")
        target = facts / f"{first}_{last}"
        target.mkdir()
        names = {"source": real / f"{form.id}.parquet", "target": target / f"{form.id}.parquet"}
        con.execute(SHIFTED.format(period=period, first=first, last=last, more=more, **names))
    shutil.rmtree(real)
    place = folder / "quy_3.parquet"
    con.execute(f"CREATE TABLE old AS SELECT * REPLACE (value - 1 AS value) FROM '{place}'")
    con.execute(f"COPY old TO '{place}' (FORMAT parquet)")
