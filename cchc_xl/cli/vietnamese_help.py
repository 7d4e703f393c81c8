"""Help in Vietnamese. click knows the frame around the declared texts (Usage, Options) in English only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

SECTIONS = {"Positional arguments": "Tham số", "Options": "Tùy chọn", "Commands": "Lệnh"}
OPTIONS_IN_USAGE, VERB_IN_USAGE = "[TÙY CHỌN]", "LỆNH ..."
WIDTH = 110


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

    def __init__(self, name: str, *, params: list[click.Parameter], **more: Any) -> None:
        # click's own help option would look for translations of its text at every start.
        settings = {"max_content_width": WIDTH}
        super().__init__(
            name, params=[*params, HELP], add_help_option=False, options_metavar=OPTIONS_IN_USAGE,
            context_settings=settings, **more,
        )

    def get_short_help_str(self, limit: int = 45) -> str:
        """The whole help, in a list of verbs too: half a sentence helps nobody."""
        return self.help or ""


class Verbs(click.Group):
    """Verbs with one name before them, listed in the order they are declared in."""

    context_class = Context

    def __init__(self, name: str, *, params: Sequence[click.Parameter] = (), **more: Any) -> None:
        super().__init__(
            name, params=[*params, HELP], add_help_option=False, options_metavar=OPTIONS_IN_USAGE,
            subcommand_metavar=VERB_IN_USAGE, context_settings={"max_content_width": WIDTH}, **more,
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb."""
        return list(self.commands)
