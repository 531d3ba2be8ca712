"""What goes wrong in a build, said so that a person can act on it."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_Model = TypeVar("_Model", bound=BaseModel)


class BuildError(Exception):
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


def _rule(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "必填，没有写"
    if kind == "string_too_short":
        return "不能为空"
    if kind == "extra_forbidden":
        return "不认识这一项，请检查拼写"
    if kind == "literal_error":
        return f"应为 {context['expected'].replace(' or ', '、')} 之一，现为 {error['input']!r}"
    if kind == "value_error":
        return str(context["error"])
    return f"{error['msg']}，现为 {error['input']!r}"
