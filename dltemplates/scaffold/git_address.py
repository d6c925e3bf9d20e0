"""The address of a template in git: `git+URL[@REF][#subdirectory=PATH]`, as pip writes it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from dltemplates.errors import TemplateError

PREFIX = "git+"

# What is encrypted, or on this machine. Others can be changed on their way by anyone.
_SCHEMES = ("https", "ssh", "file")
_HELPER = re.compile(r"[A-Za-z0-9.+-]*::")  # ext::, fd:: and the like run programs
_SCP = re.compile(r"(?:[A-Za-z0-9_.-]+@)?[A-Za-z0-9_.-]{2,}:[^/:]")  # git@host:owner/repository
_REF = re.compile(r"(?!.*\.\.)[^-+^\s:*?\[\\~][^\s:*?\[\\^~]*")
_EXAMPLE = "Such as: git+https://github.com/owner/repository@v1#subdirectory=my-template"


def is_git(name: str) -> bool:
    """Whether `name` is the address of a template in git."""
    return name.startswith(PREFIX)


@dataclass(frozen=True)
class GitAddress:
    """Where a template is.

    Args:
        url: What git fetches from: a URL, `host:path`, or the absolute path of a folder.
        ref: A branch, a tag, or all digits of a commit; empty for the default branch.
        subdirectory: The template's folder in the repository; empty for its top.
    """

    url: str
    ref: str = ""
    subdirectory: str = ""

    @classmethod
    def parse(cls, text: str) -> "GitAddress":
        """Returns the address that `text` is, or raises `TemplateError`."""
        body, _, fragment = text.removeprefix(PREFIX).partition("#")
        if not body.isprintable() or not body.strip():
            raise _error(text, "expected a URL or a path after git+.")
        if body.startswith("-") or _HELPER.match(body):
            raise _error(text, "git addresses of this kind are refused.")
        url, ref = _split(body, text)
        return cls(url, ref, _subdirectory(fragment, text))

    def __str__(self) -> str:
        """The address as a project records it: without the user of an https URL."""
        url = re.sub(r"^(https://)[^/@]*@", r"\1", self.url)
        ref = f"@{self.ref}" if self.ref else ""
        fragment = f"#subdirectory={self.subdirectory}" if self.subdirectory else ""
        return f"{PREFIX}{url}{ref}{fragment}"


def _split(body: str, text: str) -> tuple[str, str]:
    """Returns the URL and the ref in `body`."""
    if "://" in body:
        return _split_url(body, text)
    if _SCP.match(body) and not os.path.exists(body):
        host, _, path = body.partition(":")
        path, ref = _without_ref(path, text)
        return f"{host}:{path}", ref
    if Path(body).expanduser().is_dir():  # a folder may have an @ in its path
        return os.path.abspath(os.path.expanduser(body)), ""
    path, ref = _without_ref(body, text)
    return os.path.abspath(os.path.expanduser(path)), ref


def _split_url(body: str, text: str) -> tuple[str, str]:
    try:
        parts = urlsplit(body)
    except ValueError as error:
        raise _error(text, f"is no URL: {error}.") from error
    if parts.scheme not in _SCHEMES:
        allowed = ", ".join(f"git+{scheme}://" for scheme in _SCHEMES)
        raise _error(text, f"git+{parts.scheme}:// is refused.", f"Use {allowed} or a path.")
    if (parts.hostname or "").startswith("-") or (not parts.netloc and parts.scheme != "file"):
        raise _error(text, "this is no host to ask.")
    if parts.password is not None:
        shown = text.replace(f":{parts.password}@", ":…@")
        hint = "Give it to git's credential helper, or use git+ssh://."
        raise _error(shown, "a password in an address can be read by others.", hint)
    start, slash, path = body.partition("://")[2].partition("/")
    path, ref = _without_ref(path, text)
    return f"{parts.scheme}://{start}{slash}{path}", ref


def _without_ref(path: str, text: str) -> tuple[str, str]:
    rest, at, ref = path.rpartition("@")
    if not at:
        return path, ""
    if not _REF.fullmatch(ref):
        raise _error(text, f"{ref!r} is no branch, tag or commit.")
    return rest, ref


def _subdirectory(fragment: str, text: str) -> str:
    if not fragment:
        return ""
    key, _, value = fragment.partition("=")
    if key != "subdirectory" or not value:
        raise _error(text, f"expected #subdirectory=PATH; received #{fragment}.")
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value:
        raise _error(text, "the subdirectory has to be inside the repository.")
    return str(path)


def _error(text: str, message: str, hint: str = _EXAMPLE) -> TemplateError:
    return TemplateError(message, where=text, hint=hint)
