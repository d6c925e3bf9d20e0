"""The errors that users see: what happened, where, and what to do about it."""

from collections.abc import Iterable


class DltemplatesError(Exception):
    """Base of every error that a command line shows without a traceback.

    Args:
        message: What happened, in one sentence.
        where: The file, key or item that it concerns.
        hint: What the user can do.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: object = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = None if where is None else str(where)
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  {self.hint}" if self.hint else text


class TemplateError(DltemplatesError):
    """A template is unknown, or is itself at fault."""


class HookError(DltemplatesError):
    """A command that a template offers, and a user asked for, failed."""


class AnswerError(DltemplatesError):
    """An answer to a template's parameter is unknown, ill-typed or out of range."""


class ProjectNameError(DltemplatesError):
    """A project cannot have this name."""


class TargetError(DltemplatesError):
    """A project cannot be written to this place."""


class UpdateError(DltemplatesError):
    """A project cannot be updated as it is."""


class ConfigError(DltemplatesError):
    """A value in `config.toml` or in `--set` is wrong."""


class DataError(DltemplatesError):
    """The data cannot be used as they are."""


class TrainingError(DltemplatesError):
    """Training cannot start, or cannot go on."""


class RunError(DltemplatesError):
    """A run folder is missing, unfinished or damaged."""


class ExportError(DltemplatesError):
    """An export failed, or did not answer as the model did."""


class ServingError(DltemplatesError):
    """A server cannot start."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns a hint that names the nearest of `known`, or lists them all."""
    import difflib  # here, since an error is rare and start-up is not

    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known: {', '.join(names)}." if names else ""
