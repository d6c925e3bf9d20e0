"""Completion in bash for words with an equals sign, such as `--set network=pl`.

Bash hands them over in pieces (`network`, `=`, `pl`), wants only the last piece back, and would set
a space behind `network=`.
"""

from typing import ClassVar

from click.shell_completion import BashComplete, CompletionItem, add_completion_class

_PLAIN = "COMPREPLY+=($value)"


@add_completion_class
class BashCompleteWithEquals(BashComplete):
    """Completion for bash, as click has it, and `NAME=VALUE`."""

    source_template: ClassVar[str] = BashComplete.source_template.replace(
        _PLAIN, f"{_PLAIN}\n            [[ $value == *= ]] && compopt -o nospace"
    )
    _prefix = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        words, incomplete = super().get_completion_args()
        whole = _join((*words, incomplete))
        incomplete = whole.pop() if whole else ""
        name, equals, _value = incomplete.rpartition("=")
        self._prefix = name + equals
        return whole, incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        return f"{item.type},{item.value.removeprefix(self._prefix)}"


def _join(words: tuple[str, ...]) -> list[str]:
    """Returns the words with `name`, `=`, `value` made one again."""
    joined: list[str] = []
    for word in words:
        if joined and (word == "=" or joined[-1].endswith("=")):
            joined[-1] += word
        else:
            joined.append(word)
    return joined
