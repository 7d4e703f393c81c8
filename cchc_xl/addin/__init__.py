"""Puts ribbon and buttons where Excel and LibreOffice trust them, and finds out why they do not work on a machine."""
