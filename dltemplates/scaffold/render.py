"""Renders a template into a project's files, all in memory."""

import contextlib
from collections.abc import Mapping

import dltemplates
from dltemplates.errors import TemplateError
from dltemplates.scaffold import limits, syntax, tree
from dltemplates.scaffold.files import File
from dltemplates.scaffold.jinja import Renderer, is_template
from dltemplates.scaffold.parameters import Value
from dltemplates.scaffold.reasons import FILE, with_reasons
from dltemplates.scaffold.template import Template


def render(
    template: Template,
    answers: Mapping[str, Value],
    *,
    title: str,
    package: str,
    folder: str,
    reasons: Mapping[str, str] | None = None,
) -> list[File]:
    """Returns the files of a project, sorted by path and checked for syntax.

    Args:
        template: What to render.
        answers: A value for every parameter.
        title: The project's name as its user wrote it.
        package: The name of its Python package.
        folder: The name of the folder it will be in.
        reasons: Why parameters were answered so, for the comments in `config.toml`.
    """
    renderer = renderer_of(template, answers, title=title, package=package, folder=folder)
    ours = template.origin == template.name
    with contextlib.nullcontext() if ours else limits.limited():
        sources = tree.select(template, answers, package)
        return [_render_within_limits(each, renderer, package, reasons or {}) for each in sources]


def renderer_of(
    template: Template, answers: Mapping[str, Value], *, title: str, package: str, folder: str
) -> Renderer:
    """Returns what renders the files of such a project."""
    return Renderer(
        {
            **answers,
            "title": title,
            "package": package,
            "folder": folder,
            "template": template.name,
            "template_version": template.version,
            "version": dltemplates.__version__,
        }
    )


def _render_within_limits(
    source: tree.Source, renderer: Renderer, package: str, reasons: Mapping[str, str]
) -> File:
    try:
        return render_file(source, renderer, package, reasons)
    except limits.OutOfTime:
        problem = f"rendering takes more than {limits.SECONDS:g} s."
    except MemoryError:
        problem = "rendering takes too much memory."
    except RecursionError:
        problem = "rendering calls itself without end."
    raise TemplateError(problem, where=source.file)  # without the error, which holds the memory


def render_file(
    source: tree.Source,
    renderer: Renderer,
    package: str,
    reasons: Mapping[str, str] | None = None,
) -> File:
    """Returns one file of a project."""
    try:
        data = source.file.read_bytes()
        executable = bool(source.file.stat().st_mode & 0o100)
    except OSError as error:
        message = f"cannot be read: {error.strerror}."
        raise TemplateError(message, where=source.file) from error
    text = _text(data)
    if text is None:
        return File(source.path, data, executable)
    text = tree.rename_package(text, package)
    if reasons and source.path == FILE:
        text = with_reasons(text, reasons, renderer.language)
    if is_template(text):
        text = renderer.render(text, source.file)
        if len(text) > limits.FILE_LENGTH:
            message = f"renders to {len(text):,} characters; {limits.FILE_LENGTH:,} are allowed."
            raise TemplateError(message, where=source.file)
    syntax.check(source.path, text, source.file)
    return File(source.path, text.encode(), executable)


def _text(data: bytes) -> str | None:
    """Returns the text in `data`; None if it is not text."""
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
