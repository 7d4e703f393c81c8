"""What CCHC.exe starts: the window; a verb of the command line; or what the installer asks for.

    CCHC.exe                      the window, with the workbook of the last time
    CCHC.exe SO.xlsm | THƯ MỤC    the same, with what was dropped on the icon
    CCHC.exe recalc SO.xlsm …     any verb
    CCHC.exe --install            add-in and compiled modules; --uninstall takes the add-in away
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cchc_xl.errors import COULD_NOT_RUN


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status of what was started."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--install"]:
        return _installed()
    if given == ["--uninstall"]:
        return _verb("addin", "uninstall")
    if given and not all(Path(each).exists() for each in given):
        return _verb(*given)
    return _window([Path(each) for each in given])


def _verb(*arguments: str) -> int:
    from cchc_xl.cli.command_app import run
    from cchc_xl.program import finished

    sys.argv[1:] = arguments
    status = run()
    finished()
    return status


def _installed() -> int:
    """The modules are compiled once, which a click (python -B) never does."""
    import compileall

    compileall.compile_dir(Path(__file__).parents[2], quiet=2)
    return _verb("addin", "install")


def _window(paths: Sequence[Path]) -> int:
    if sys.platform != "win32":
        from cchc_xl.window import console_menu

        console_menu.main()
        return 0
    from cchc_xl.addin.addin_files import last_book_file, this_machine
    from cchc_xl.live.verbs import say, unexpected
    from cchc_xl.window import native_window

    try:
        native_window.show(paths, last_book_file(this_machine()))
    except Exception as error:
        say(unexpected("cua_so", error))
        return COULD_NOT_RUN
    return 0


if __name__ == "__main__":
    sys.exit(main())
