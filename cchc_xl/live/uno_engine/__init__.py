"""An xlwings engine on LibreOffice Calc, over UNO. It covers what the live code of this package uses."""

from __future__ import annotations

import xlwings as xw

from cchc_xl.live.uno_engine.uno_app import App
from cchc_xl.live.uno_engine.uno_bridge import context_at


def attach(address: str) -> xw.App:
    """Connects to a running office at an address such as `uno:pipe,name=…;urp;…`."""
    return xw.App(impl=App(context_at(address)))
