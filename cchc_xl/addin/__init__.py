"""Puts ribbon and buttons where Excel and LibreOffice trust them, and finds out what is wrong where they do not work.

places.py       where things lie on Windows, macOS and Linux
settings.py     which Python the macros call
trust.py        Mark of the Web, Trusted Locations, policies
libreoffice.py  the settings of a LibreOffice profile
office_menu.py  the menu CCHC of LibreOffice
launchers.py    what a click in LibreOffice starts, and the shortcut for when macros are blocked
menu.py         what the shortcut shows
install.py, doctor.py   the two verbs
"""
