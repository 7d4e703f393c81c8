"""An xlwings engine on LibreOffice Calc, over UNO. It covers what the live code of this package uses.

`start` gives an office of our own, `attach` one that people are working in.
"""

from __future__ import annotations

import xlwings as xw

from cchc_xl.live.uno_engine.office_process import OfficeProcess
from cchc_xl.live.uno_engine.uno_app import ENGINE, App
from cchc_xl.live.uno_engine.uno_bridge import context_at

NAME = ENGINE.name


def register() -> None:
    """Makes the engine known to xlwings, and the active one; asking twice is no harm."""
    if NAME not in xw.engines.engines_by_name:
        xw.engines.add(xw.Engine(impl=ENGINE))
    xw.engines[NAME].activate()


def start(visible: bool = False) -> xw.App:
    """Starts an office with a profile of its own. `quit` ends it."""
    register()
    process = OfficeProcess.start(visible)
    return _listed(App(process.context, process))


def attach(address: str) -> xw.App:
    """Connects to a running office at an address such as `uno:pipe,name=…;urp;…`. `quit` leaves it running."""
    register()
    return _listed(App(context_at(address)))


def _listed(app: App) -> xw.App:
    ENGINE.apps.put_first(app)
    return xw.App(impl=app)
