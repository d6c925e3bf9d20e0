"""What a fine-tuning starts from: a run, a saved model, or an export."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import keras

from dltemplates.errors import RunError, did_you_mean
from dltemplates.training.exported_model import find_version, read_exported
from dltemplates.training.model_file import read_model
from dltemplates.training.run import Run
from dltemplates.training.run_folders import is_run

PRETRAINED = "pretrained"  # name of a model that pre-training left, which gives no answers
_FROM = "finetune --from"


@dataclass(frozen=True)
class Start:
    """A trained model.

    Attributes:
        place: The run's folder, the file, or the export's version folder.
        model: The finished model, from raw input to answers; or what pre-training left, from raw
            input to what its encoder gives.
        config: The configuration that it was trained with; None where it came without.
    """

    place: Path
    model: keras.Model
    config: Path | None

    @property
    def hint(self) -> str | None:
        """What to do if its network is another."""
        return None if self.config is None else f"Set the same model and data as in {self.config}."

    @property
    def pretrained(self) -> bool:
        """Whether it is what pre-training left, which gives no answers yet."""
        return self.model.name == PRETRAINED

    def network(self, name: str) -> keras.Model:
        """The network within the finished model that answers to a name.

        Raises:
            RunError: There is none: it is a model of something else.
        """
        networks = [layer for layer in self.model.layers if isinstance(layer, keras.Model)]
        for network in networks:
            if network.name == name:
                return network
        has = ", ".join(network.name for network in networks) or self.model.name
        raise RunError(
            f"This model is of another template, or of another network of it: it has a network "
            f"called {has}; this project's is called {name}.",
            where=self.place,
            hint="Start from a model that a project like this one has trained.",
        )


def read_start(runs: Path, name: str) -> Start:
    """Reads what to start from.

    Args:
        runs: Folder of the runs.
        name: Name or path of a run, a `.keras` file, or an exported SavedModel (its folder, or that
            of one version).

    Raises:
        RunError: There is no such thing, or it cannot be loaded safely.
    """
    path = Path(name).expanduser()
    if not name:
        raise RunError(
            "Nothing to start from.", where=_FROM, hint="Name a run, a .keras file or an export."
        )
    if path.is_file():
        _check_version(path)
        model = read_model(path, hint="Ask whoever made it for the file as Keras saved it.")
        return Start(path, model, None)
    version = find_version(path) if path.is_dir() and not is_run(path.resolve()) else None
    if version is not None:
        config = version / "config.toml"
        return Start(version, read_exported(version), config if config.is_file() else None)
    if not any(is_run(each.resolve()) for each in (path, runs / name)):
        names = sorted(each.name for each in runs.glob("*/") if is_run(each))
        raise RunError(
            f"There is no run, file or export called {name!r}.",
            where=_FROM,
            hint=did_you_mean(name, names),
        )
    run = Run.named(runs, name)
    if run.encoder_path.exists():
        return Start(run.folder, run.load_encoder(), run.config_path)
    run = Run.find(runs, name)
    return Start(run.folder, run.load_model(), run.config_path)


def _check_version(path: Path) -> None:
    """Refuses a file of another major version of Keras, which would fail in stranger words."""
    try:
        with zipfile.ZipFile(path) as archive:
            written = str(json.loads(archive.read("metadata.json"))["keras_version"])
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return  # what is wrong with it will be said when it is read
    if written.split(".")[0] != keras.__version__.split(".")[0]:
        raise RunError(
            f"This model was saved by Keras {written}; this is Keras {keras.__version__}.",
            where=path,
            hint=f"Save it anew with Keras {keras.__version__.split('.')[0]}.",
        )
