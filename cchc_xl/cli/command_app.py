"""What all verbs share: help and errors in Vietnamese, exit statuses, and the one JSON object of --json.

Exit status: 0 clean, 1 findings of severity error, 2 could not run (a located message, nothing changed).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cchc_xl.errors import CLEAN, COULD_NOT_RUN, UserError
from cchc_xl.program import in_utf8, is_closed_pipe, is_full, lines_of, silence

if TYPE_CHECKING:
    from cchc_xl.rule_registry import Finding

NOBODY_READS = 141
"""What a shell says of a program whose reader has gone."""

SECTIONS = {"Positional arguments": "Tham số", "Options": "Tùy chọn", "Commands": "Lệnh"}
"""What click calls the parts of its help."""


class Formatter(click.HelpFormatter):
    """Writes the headings in Vietnamese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that says how the verb is called."""
        super().write_usage(prog, args, "Cách dùng: ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A heading with an indented block."""
        with super().section(SECTIONS.get(name, name)):
            yield


class Context(click.Context):
    """Writes help with the formatter above."""

    formatter_class = Formatter


class Option(click.Option):
    """An option whose help says in Vietnamese that it is needed."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and what it does."""
        record = super().get_help_record(ctx)
        return record and (record[0], record[1].replace("[required]", "[bắt buộc]"))


def _show(context: click.Context, option: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(context.get_help())
        context.exit()


HELP = Option(
    ["--help"], is_flag=True, expose_value=False, is_eager=True, callback=_show, help="Hiện hướng dẫn này rồi dừng.",
)


class Verb(click.Command):
    """A verb with help in Vietnamese."""

    context_class = Context

    def __init__(self, name: str, *, params: Sequence[click.Parameter] = (), **more: Any) -> None:
        # click's own help option would look for translations of its text at every start.
        super().__init__(
            name, params=[*params, HELP], add_help_option=False, options_metavar="[TÙY CHỌN]",
            context_settings={"max_content_width": 110}, **more,
        )

    def get_short_help_str(self, limit: int = 45) -> str:
        """The whole help, in a list of verbs too: half a sentence helps nobody."""
        return self.help or ""


class Verbs(Verb, click.Group):
    """The verbs whose names begin alike, or all of them, as they are declared; the one that is asked for is made."""

    def __init__(self, name: str, beginning: str = "", **more: Any) -> None:
        super().__init__(name, no_args_is_help=True, subcommand_metavar="LỆNH ...", **more)
        self._beginning = beginning

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb."""
        names = (name.removeprefix(self._beginning) for name in HEADS if name.startswith(self._beginning))
        return [name for name in names if " " not in name]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, or the group of verbs."""
        return _declared(self._beginning + cmd_name) if cmd_name in self.list_commands(ctx) else None


KINDS: dict[str, tuple[str, Any]] = {
    "path": ("TỆP", Path), "text": ("CHỮ", str),
    "number": ("SỐ", click.IntRange(min=0)),
    "moment": ("CHỮ", click.DateTime(["%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M"])),
}
"""What people type after an option: what it is called, and what it becomes."""

EMPTY = {"text": "", "number": 0}
"""What an option is that nobody types; None of the other kinds."""

LINES = lines_of(Path(__file__).with_name("lenh.csv"))
"""The command line: each verb with its words below it. What several verbs have alike stands once, below “*”."""

SHARED = {line["word"]: line for line in LINES if line["verb"] == "*"}
HEADS = {line["verb"]: line for line in LINES if line["kind"] in ("verb", "group")}
"""What each verb or group of verbs is; the word of a verb is where its work is done: module.function."""


def _parameter(line: Mapping[str, str]) -> click.Parameter:
    """A word of a verb; an option is its flag, then its name where the verb calls it otherwise."""
    line = line if line["help"] else SHARED[line["word"]]
    word, kind, help, needs = line["word"], line["kind"], line["help"], line["needs"]
    if kind == "flag":
        return Option(word.split(), is_flag=True, help=help)
    shown, type = KINDS[kind]
    if not word.startswith("--"):
        shown = f"[{word}]" if needs == "optional" else word + "..." * (needs == "many")
        count = -1 if needs == "many" else 1
        return click.Argument([word], type=type, metavar=shown, help=help, required=needs != "optional", nargs=count)
    more: dict[str, Any] = {}
    if not needs and (line["default"] or kind in EMPTY):
        more["default"] = line["default"] or EMPTY[kind]
    return Option(
        word.split(), type=type, metavar=shown, help=help, required=needs == "needed", multiple=needs == "many", **more
    )


def _declared(name: str) -> click.Command:
    """A verb, whose module is imported when it runs, or a group of verbs."""
    head = HEADS[name]
    if head["kind"] == "group":
        return Verbs(name, f"{name} ", help=head["help"])

    def run(**given: Any) -> int:
        module, _, work = head["word"].partition(".")
        status: int = getattr(import_module(f"cchc_xl.cli.{module}"), work)(**given)
        return status

    words = [_parameter(line) for line in LINES if line["verb"] == name and line is not head]
    return Verb(name.rpartition(" ")[2], callback=run, help=head["help"], params=words)


def _say_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from cchc_xl.program import __version__

        print(f"cchc-xl {__version__}")
        context.exit()


VERSION = Option(
    ["--version"], help="In số phiên bản rồi thoát.", is_flag=True, is_eager=True, expose_value=False,
    callback=_say_version,
)

app = Verbs(
    "cchc-xl", help="Báo cáo cải cách hành chính: sổ tổng hợp Excel, tính lại, kiểm tra, xuất báo cáo Word.",
    params=[VERSION],
)


def run() -> int:
    """Runs the command line and returns its exit status."""
    in_utf8()
    try:
        status = app.main(standalone_mode=False)
    except UserError as error:
        return _failed("could_not_run", error.where, error.what, error.remedy, f"Không thực hiện được. {error}")
    except click.Abort:
        return _failed("stopped", "", STOPPED, "", STOPPED)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return COULD_NOT_RUN
    except click.ClickException as error:
        what = _in_vietnamese(error.format_message())
        return _failed("usage", "cchc-xl", what, USAGE, f"Lệnh chưa đúng: {what}\n{USAGE}")
    except OSError as error:
        return NOBODY_READS if is_closed_pipe(error) else unprinted(error) if is_full(error) else _unexpected()
    except Exception:
        return _unexpected()
    return status if isinstance(status, int) else CLEAN


STOPPED = "Đã dừng theo yêu cầu; không có gì thay đổi."
USAGE = "Xem cách dùng: cchc-xl --help"


def unprinted(error: OSError) -> int:
    """Says that the place to which the result is printed takes no more of it."""
    from cchc_xl.system import reason

    silence(sys.stdout)
    with suppress(OSError):
        print(f"Không in được kết quả ({reason(error)}). {PRINT_ELSEWHERE}", file=sys.stderr)
    return COULD_NOT_RUN


PRINT_ELSEWHERE = "Giải phóng ổ đĩa, hoặc chuyển kết quả sang tệp ở ổ đĩa khác, rồi chạy lại."


def _failed(code: str, where: str, what: str, remedy: str, shown: str) -> int:
    """Tells why a command could not run, with --json in one object too."""
    if "--json" in sys.argv:
        print_json([], error={"code": code, "where": where, "what": what, "remedy": remedy})
    print(shown, file=sys.stderr)
    return COULD_NOT_RUN


def _unexpected() -> int:
    """A fault of the program: people get one sentence, developers the whole traceback in a file."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="cchc-loi-", suffix=".txt", delete=False, encoding="utf-8") as log:
        log.write(traceback.format_exc())
    what, remedy = "Phần mềm gặp lỗi và đã dừng.", f"Gửi tệp {log.name} cho người phụ trách."
    return _failed("unexpected", "", what, remedy, f"{what} {remedy}")


USAGE_ERRORS = (
    (r"Missing argument '(.+?)(?:\.\.\.)?'", "thiếu {}."),
    (r"Missing option '(.+?)'", "thiếu tùy chọn {}."),
    (r"No such option '(.+?)'", "không có tùy chọn {}."),
    (r"No such command '(.+?)'", "không có lệnh {}."),
    (r"Option '(.+?)' requires an argument", "tùy chọn {} cần một giá trị."),
    (r"Option '(.+?)' does not take a value", "tùy chọn {} không nhận giá trị."),
    (r"Got unexpected extra arguments? \((.+?)\)", "thừa {}."),
    (r"Invalid value for '(.+?)'", "giá trị của {} không hợp lệ."),
)


def _in_vietnamese(message: str) -> str:
    for pattern, meaning in USAGE_ERRORS:
        if found := re.search(pattern, message):
            return meaning.format(*found.groups())
    return message


SCHEMA = 1
"""The version of the JSON that docs/json.md describes: raised where something is taken away or means something else."""


def print_json(findings: Sequence[Mapping[str, Any]], **fields: Any) -> None:
    """Prints the one JSON object of a verb: schema, verb, findings, then what the verb tells besides."""
    import json

    told = {"schema": SCHEMA, "verb": _verb(), "findings": findings, **fields}
    print(json.dumps(told, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    """A value with named fields as an object of JSON, any other as people see it."""
    named = getattr(value, "__struct_fields__", None) or getattr(value, "__dataclass_fields__", None)
    return {name: getattr(value, name) for name in named} if named else str(value)


def _verb() -> str:
    """The verb that runs, else the one that was typed: check, template names."""
    context, words = click.get_current_context(silent=True), list[str]()
    while context is not None and context.parent is not None:
        words.insert(0, str(context.info_name))
        context = context.parent
    if words:
        return " ".join(words)
    typed = [word for word in sys.argv[1:3] if not word.startswith("-")]
    return " ".join(typed[: 2 if typed[:1] in (["form"], ["template"], ["addin"]) else 1])


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[int, int, Path], None] | None]:
    """For people who look at standard error: a function that shows how many files are done, of how many, and which."""
    if quiet or not sys.stderr.isatty():
        yield None
        return

    def step(done: int, total: int, path: Path) -> None:
        shown = f"\r{label} {done}/{total}: {path.name[:SHOWN_LETTERS]:<{SHOWN_LETTERS}}"
        print(shown, end="", file=sys.stderr, flush=True)

    try:
        yield step
    finally:
        print(f"\r{'':<{2 * SHOWN_LETTERS}}\r", end="", file=sys.stderr)


SHOWN_LETTERS = 40


def answer(
    as_json: bool, lines: Iterable[str], findings: Sequence[Mapping[str, Any]] = (), **fields: Any
) -> None:
    """Prints the outcome of a verb: the one JSON object, or lines for people."""
    if as_json:
        print_json(findings, **fields)
    else:
        click.echo("\n".join(lines))


def conclude(findings: Sequence[Finding], file: Path, as_json: bool, lines: Sequence[str], **more: Any) -> int:
    """Prints the outcome of a verb, as text or as the one JSON object, and returns the exit status."""
    answer(as_json, lines, [finding.as_json(str(file)) for finding in findings], **more)
    from cchc_xl.rule_registry import status_of

    return status_of(findings)


def described(findings: Sequence[Finding]) -> list[str]:
    """Findings as lines: severity, place, what, and the suggestion."""
    from cchc_xl.rule_registry import SEVERITY_WORDS

    lines = []
    for finding in findings:
        place = f"{finding.cells[0]}: " if finding.cells and finding.cells[0].sheet else ""
        state = " (đã giải trình)" if finding.explained else ""
        suggestion = f" Đề nghị: {finding.suggestion}." if finding.suggestion else ""
        lines.append(f"[{SEVERITY_WORDS[finding.severity]}{state}] {place}{finding.message}{suggestion}")
    return lines
