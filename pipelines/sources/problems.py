"""What goes wrong in a build, said so that a person can act on it."""

import json
import re
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from portal.texts.errors import OperatorError

_Model = TypeVar("_Model", bound=BaseModel)


class BuildError(OperatorError):
    """A build that cannot go on; `problems` holds one sentence each, all that were found.

    Args:
        problems: sentences naming file, row, column, value and rule where they apply.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def read_toml(file: Path, model: type[_Model]) -> _Model:
    """A TOML file that people maintain, as its model.

    Raises:
        BuildError: it is missing, cannot be read or breaks a rule; all problems at once.
    """
    try:
        return model.model_validate(tomllib.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        raise BuildError([f"{file}：缺少这个文件。"]) from None
    except UnicodeDecodeError:
        raise BuildError([f"{file}：不是 UTF-8 文本。请另存为 UTF-8。"]) from None
    except tomllib.TOMLDecodeError as error:
        raise BuildError([f"{file}：不是有效的 TOML（{error}）。"]) from None
    except ValidationError as error:
        raise BuildError(description_problems(file, error)) from None


def description_problems(file: Path, error: ValidationError) -> list[str]:
    """What is wrong with a description file (TOML), one sentence a field.

    Args:
        file: the file.
        error: what its model says of it.
    """
    return [f"{file}：{'.'.join(map(str, e['loc'])) or '整体'}：{_rule(e)}" for e in error.errors()]


_SHOWN = 60
# What a value of the wrong kind should be, by the kind of error; what is in braces is the rule's own limit.
_WANTED = {
    "string_type": "应为文字",
    "string_pattern_mismatch": "不符合格式 {pattern}",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "greater_than": "应大于 {gt:g}",
    "greater_than_equal": "应不小于 {ge:g}",
    "less_than": "应小于 {lt:g}",
    "less_than_equal": "应不大于 {le:g}",
    "tuple_type": '应为列表，如 ["…"]',
    "list_type": '应为列表，如 ["…"]',
    "too_short": "不能为空",
    "dict_type": "应为一节（[名称]）",
    "model_type": "应为一节（[名称]）",
    "model_attributes_type": "应为一节（[名称]）",
    "date_type": "应为日期，如 2023-12-31",
    "date_parsing": "应为日期，如 2023-12-31",
    "date_from_datetime_parsing": "应为日期，如 2023-12-31",
    "date_from_datetime_inexact": "应为日期，如 2023-12-31",
}


def _rule(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "必填，没有写"
    if kind == "string_too_short" or (kind == "literal_error" and error["input"] == ""):
        chosen = f"，应为{_choices(context['expected'])}之一" if kind == "literal_error" else ""
        return f"不能为空{chosen}"
    if kind == "extra_forbidden":
        return "不认识这一项，请检查拼写"
    if kind == "literal_error":
        return f"应为{_choices(context['expected'])}之一，现为{_shown(error['input'])}"
    if kind == "value_error":
        return str(context["error"])
    return f"{_WANTED.get(kind, '写法不对').format(**context)}，现为{_shown(error['input'])}"


def _choices(expected: str) -> str:
    return "、".join(f"“{c}”" for c in re.findall(r"'([^']*)'", expected))


def _shown(value: object) -> str:
    """A value as the file would write it, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}”"
