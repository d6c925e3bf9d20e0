"""A template with one of everything, small enough to see through."""

import stat
from pathlib import Path

MANIFEST = """
name = "small"
version = "1.2.0"
task = "testing"
commands = ["train", "predict FILE"]
shared = false

[summary]
en = "A small template"
ko = "작은 템플릿"

[parameters.network]
type = "choice"
choices = ["resnet", "plain", "application"]
default = "resnet"
help.en = "Kind of network"
help.ko = "신경망의 종류"

[parameters.backbone]
type = "choice"
choices = ["MobileNetV2", "ResNet50"]
default = "MobileNetV2"
when = { network = "application" }
help.en = "Backbone"

[parameters.imagenet]
type = "bool"
default = false
when = { backbone = "ResNet50" }
help.en = "Weights"

[parameters.width]
type = "int"
default = 64
min = 8
max = 512
unit = "channels"
when = { network = ["resnet", "plain"] }
help.en = "Width"

[parameters.dropout]
type = "float"
default = 0.0
defaults_for = { network = { plain = 0.3 } }
min = 0.0
max = 0.9
help.en = "Dropout"

[parameters.rate]
type = "float"
default = "auto"
auto = true
min = 1e-7
help.en = "Learning rate"

[parameters.ema]
type = "bool"
default = false
help.en = "Moving average"

[parameters.dataset]
type = "string"
default = ""
pattern = '[a-z0-9_]*'
help.en = "Data set"

[parameters.path]
type = "path"
default = ""
help.en = "Folder"
"""

MODEL = '''"""The network of my_app."""
#% if network == "resnet"

from my_app.blocks import block
#% endif


def build() -> str:
    #% if network == "resnet"
    return block()
    #% else
    return "plain"
    #% endif
'''

FILES: dict[str, str | bytes] = {
    "README.md": "# << title >>\n\n`python -m my_app train`, not my_application\n",
    "config.toml": "rate = << rate | toml >>\npath = << path | toml >>\nema = << ema | toml >>\n",
    ".gitignore": "runs/\n",
    ".github/workflows/ci.yml": "on: push\n",
    "my_app/__init__.py": "",
    "my_app/model.py": MODEL,
    "network=resnet/my_app/blocks.py": 'def block() -> str:\n    return "block"\n',
    "network=plain,application/ema=true/my_app/average.py": "DECAY = 0.99\n",
    "logo.png": b"\x89PNG\x00my_app << title >>",
    "run.sh": "#!/bin/sh\nexec python -m my_app\n",
}


def write_template(
    folder: Path, *, manifest: str = MANIFEST, files: dict[str, str | bytes] | None = None
) -> Path:
    """Writes a template to `folder`; `files` are added to or replace the usual ones."""
    for name, content in (FILES | (files or {})).items():
        path = folder / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    script = folder / "project/run.sh"
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (folder / "template.toml").write_text(manifest, encoding="utf-8")
    return folder
