"""Editing .xlsx, .xlsm and .docx packages part by part: what is not touched is carried over byte for byte.

This package owns lxml and the zip container. openpyxl and its kin rewrite the whole workbook from what they understood
of it; here a text box, a chart, a macro or a part nobody has heard of survives because nobody reads it.
"""
