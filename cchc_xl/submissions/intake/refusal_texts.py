"""Why a file from outside is not read: the message of a rule of the registry, with what was found."""

from __future__ import annotations

from cchc_xl.rule_registry import NEW_COPY, RULES


def refusal(code: str, detail: str) -> str:
    """The message of a refusal; an unknown code tells only that the file can't be read."""
    rule = RULES.get(code)
    return f"{rule.meaning.format(detail)} {rule.remedy}" if rule else f"Không đọc được tệp. {NEW_COPY}"
