"""Macros, ribbon and buttons as text, built into .xlsm and .xlam files on any machine, without Excel.

vba_source.py      VBA sources in UTF-8 become the ASCII that a VBA project can hold;
                   and the module of the installed xlwings, in a form that LibreOffice compiles too
vba_project.py     the file vbaProject.bin (MS-OVBA in MS-CFB), source only
drawn_buttons.py   the buttons of the first sheet
build_macros.py    a master with macros, and the add-in
"""
