"""The same job the plain way: pandas reads, openpyxl loads, writes totals and flags, and saves.

It adds the units' columns into column E, colours cells that are no number, and lists them: less than `recalc` does.
"""

import sys

import openpyxl
import pandas as pd
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill


def main(source: str, target: str) -> None:
    """Reads, adds up, marks and saves."""
    frames = pd.read_excel(source, sheet_name=None, header=None)
    workbook = openpyxl.load_workbook(source)
    red = PatternFill("solid", start_color="F8B4B4")
    wrong = []
    for name, frame in frames.items():
        headers = frame.index[frame[0] == "Mã"] if 0 in frame else []
        if len(headers) == 0:
            continue
        titles = list(frame.loc[headers[0]])
        units = list(range(6, titles.index("Kiểm tra")))
        sheet = workbook[name]
        for row in range(headers[0] + 1, len(frame)):
            numbers = pd.to_numeric(frame.loc[row, units], errors="coerce")
            if frame.loc[row, 0] == frame.loc[row, 0]:
                sheet.cell(row + 1, 5).value = float(numbers.sum())
            for column in units:
                value = frame.loc[row, column]
                if value == value and numbers[column] != numbers[column]:
                    cell = sheet.cell(row + 1, column + 1)
                    cell.fill, cell.comment = red, Comment("?", "")
                    wrong.append((name, cell.coordinate, value))
    for row, values in enumerate(wrong, 5):
        for column, value in enumerate(values, 2):
            workbook["Kiểm tra"].cell(row, column).value = value
    workbook.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
