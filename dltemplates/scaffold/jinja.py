"""Jinja as our templates use it: blocks look like comments, and it runs in a sandbox."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from dltemplates import errors
from dltemplates.scaffold import limits, literals
from dltemplates.scaffold.parameters import Value
from dltemplates.scaffold.template import LANG

# A text file has no NUL, so these delimiters cannot occur by accident: what people write is `#%`.
_BLOCK_START, _BLOCK_END = "\0{%", "%}\0"
_COMMENT_START, _COMMENT_END = "\0{#", "#}\0"
_STATEMENT = re.compile(r"^[ \t]*#%(.*)$", re.MULTILINE)


def is_template(text: str) -> bool:
    """Whether `text` has anything for Jinja to do."""
    return "<<" in text or "#%" in text


class _Environment(SandboxedEnvironment):
    """Jinja's sandbox, in which one operation does not last for minutes."""

    intercepted_binops = frozenset({"**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, int) and left.bit_length() * right > limits.BITS:
            raise OverflowError(f"a number of more than {limits.BITS:,} bits")
        return super().call_binop(context, operator, left, right)


class Renderer:
    """Renders texts with one project's values.

    Args:
        values: What templates can print: `<< name >>`. Any other name is an error.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    @property
    def language(self) -> str:
        """The language of the project."""
        return str(self._values.get(LANG, "en"))

    def render(self, text: str, file: Path) -> str:
        """Returns `text`, which is in `file`, with its blocks and variables carried out."""
        try:
            code = _compiled(text, str(file))
            template = Template.from_code(_environment(), code, _environment().globals)
            return template.render(self._values)
        except TemplateSyntaxError as error:
            raise _template_error(file, error.lineno, error) from error
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise _template_error(file, _line(error.__traceback__, file), error) from error


@cache
def _environment() -> _Environment:
    environment = _Environment(
        block_start_string=_BLOCK_START,
        block_end_string=_BLOCK_END,
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string=_COMMENT_START,
        comment_end_string=_COMMENT_END,
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        cache_size=0,
    )
    environment.filters |= {
        "toml": literals.toml,
        "toml_names": literals.toml_names,
        "py": literals.python,
        "short": literals.short,
    }
    return environment


@lru_cache(maxsize=256)  # compiling is most of the time of whoever renders a template often
def _compiled(text: str, file: str) -> CodeType:
    return _environment().compile(_with_blocks(text), filename=file)


def _with_blocks(text: str) -> str:
    """Returns `text` with each `#%` line as a block that takes its whole line with it.

    Jinja has line statements of its own, but they also swallow the blank lines that follow.
    """
    return _STATEMENT.sub(rf"{_BLOCK_START}\1{_BLOCK_END}", text)


def _line(traceback: TracebackType | None, file: Path) -> int | None:
    line = None
    while traceback:
        if traceback.tb_frame.f_code.co_filename == str(file):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _template_error(file: Path, line: int | None, error: Exception) -> errors.TemplateError:
    message = getattr(error, "message", None) or str(error)
    return errors.TemplateError(f"{message.rstrip('.')}.", where=f"{file}:{line}" if line else file)
