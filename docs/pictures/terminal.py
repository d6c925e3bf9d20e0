"""The walk as one SVG: light or dark as its reader has it, its lines lit up as they came."""

from collections.abc import Iterator, Sequence
from html import escape

from docs.pictures.session import Entry

# What the lines begin with that are shown of a command's; for the rest there is a `…`.
_SHOWN = {
    "new": ("Created",),
    "train": (
        *("scikit", "train", "validation", "epoch  1/", "epoch  2/", "epoch  3/", "epoch 12/"),
        *("Trained", "best", "val"),
    ),
    "evaluate": ("accuracy", "Logistic"),
    "report": ("Nothing", "Saved"),
    "export": ("Exported", "proven"),
    "predict": ("../photos/0", "../photos/1", "../photos/2"),
}
_COLUMNS = 132
_ADVANCE, _LINE, _MARGIN = 7.2, 18, 14  # pixels
_TYPING, _LONGEST = 0.4, 1.0  # seconds before an answer, and at most between two lines
_SPEED = 15.0  # how much shorter times are

_STYLE = """
  svg { --ground: #f6f8fa; --ink: #1f2328; --faint: #59636e; --prompt: #0969da; }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #161b22; --ink: #e6edf3; --faint: #9198a1; --prompt: #58a6ff; }
  }
  rect { fill: var(--ground); }
  text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
    fill: var(--ink); white-space: pre; }
  .command { fill: var(--prompt); font-weight: bold; }
  .gap { fill: var(--faint); }
  @keyframes come { from { opacity: 0.3; } to { opacity: 0.3; } }
  @media (prefers-reduced-motion: no-preference) {
    text { animation: come linear backwards; }
  }
"""


def drawing(session: Sequence[Entry]) -> str:
    """The picture. Where nothing can move in it, or shall not, all lines are there at once."""
    rows = list(_rows(session))
    width = round(2 * _MARGIN + _COLUMNS * _ADVANCE)
    height = 2 * _MARGIN + _LINE * len(rows)
    texts = "\n".join(
        f'<text class="{kind}" x="{_MARGIN}" y="{_MARGIN + _LINE * (row + 1) - 5}" '
        f'textLength="{len(text) * _ADVANCE:.0f}" '
        f'style="animation-duration: {second:.1f}s">{escape(text)}</text>'
        for row, (kind, text, second) in enumerate(rows)
        if text
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" xml:space="preserve">\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect width="{width}" height="{height}" rx="8"/>\n{texts}\n</svg>\n'
    )


def _rows(session: Sequence[Entry]) -> Iterator[tuple[str, str, float]]:
    """Rows as the terminal shows them: a kind, the text, and the second at which it comes."""
    second = 0.0
    for entry in session:
        yield "command", f"$ {entry['command']}", second
        second += _TYPING
        before = 0.0
        for kind, text, moment in _shown(entry):
            second += min((moment - before) / _SPEED, _LONGEST)
            before = moment
            for start in range(0, len(text), _COLUMNS):
                yield kind, text[start : start + _COLUMNS], second


def _shown(entry: Entry) -> Iterator[tuple[str, str, float]]:
    """The lines that are shown of a command's, and a gap for those between and after them."""
    words = entry["command"].split()
    wanted = _SHOWN.get(words[3] if words[0] == "python" else words[1], ())
    gap = False
    for text, moment in zip(entry["lines"], entry["seconds"], strict=True):
        shown = text.strip().startswith(wanted)
        if shown:
            yield "line", text, moment
        elif text.strip() and not gap:
            yield "gap", "…", moment
        gap = not shown and (gap or bool(text.strip()))
