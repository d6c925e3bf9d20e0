"""Starting a network from the encoder of a pre-training run."""

from pathlib import Path

import keras

from dltemplates.errors import RunError
from dltemplates.training.run import Run
from dltemplates.training.run_records import RunRecord
from dltemplates.training.weight_transfer import layer_difference


def load_encoder(runs: Path, name: str, model: keras.Model, tokens: str) -> None:
    """Gives the first layers of `model` the weights of a pre-trained encoder.

    The layers have to be alike, one by one: kind, settings and shapes of weights. Settings that
    only matter in training, such as dropout, may differ, and so may precision.

    Args:
        runs: Folder of the runs.
        name: Name or path of a run of the `pretrain` command.
        model: A network that begins with the layers of such an encoder.
        tokens: What its tokens stand for, as `TokenizedTexts.fingerprint`.

    Raises:
        RunError: There is no such run, it is none of pre-training, or its encoder is another.
    """
    run = Run.named(runs, name)
    encoder = run.load_encoder()
    pairs = list(zip(encoder.layers, model.layers, strict=False))
    if len(model.layers) < len(encoder.layers):
        difference = f"it has {len(encoder.layers)} layers, the network {len(model.layers)}"
    else:
        difference = next(filter(None, (layer_difference(*pair) for pair in pairs)), "")
    if not difference and _tokens_of(run) != tokens:
        difference = "its tokens stand for other words or pieces"
    if difference:
        raise RunError(
            f"Its encoder is not that of this network: {difference}.",
            where=run.folder,
            hint=f"Set the same model and data as in {run.config_path}, or pre-train again.",
        )
    for source, target in pairs:
        target.set_weights(source.get_weights())


def _tokens_of(run: Run) -> str:
    """What the tokens of a pre-training run stand for; empty where it does not say."""
    return str(RunRecord(run.folder).data.get("tokens", ""))
