"""Starting a network from the encoder of a pre-training run."""

from pathlib import Path

import keras

from dltemplates.errors import RunError
from dltemplates.training.run import Run
from dltemplates.training.run_records import RunRecord
from dltemplates.training.start import Start
from dltemplates.training.weight_transfer import layer_difference

ENCODER = "encoder"


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
    saved = run.load_encoder()
    nested = [layer for layer in saved.layers if layer.name == ENCODER]  # behind its tokens
    encoder = nested[0] if nested else saved
    difference = _difference(encoder, model)
    if not difference and _tokens_of(run) != tokens:
        difference = "its tokens stand for other words or pieces"
    if difference:
        raise _refusal(
            difference,
            run.folder,
            f"Set the same model and data as in {run.config_path}, or pre-train again.",
        )
    _copy(encoder, model)


def take_encoder(start: Start, model: keras.Model) -> None:
    """Gives the first layers of `model` the weights of the encoder to start from.

    Args:
        start: What pre-training left. Its tokens have to be those of the network.
        model: A network that begins with the layers of such an encoder.

    Raises:
        RunError: Its encoder is another.
    """
    encoder = start.network(ENCODER)
    difference = _difference(encoder, model)
    if difference:
        raise _refusal(difference, start.place, start.hint)
    _copy(encoder, model)


def _difference(encoder: keras.Model, model: keras.Model) -> str:
    """In which way the network does not begin as the encoder is, in words; empty if it does."""
    if len(model.layers) < len(encoder.layers):
        return f"it has {len(encoder.layers)} layers, the network {len(model.layers)}"
    pairs = zip(encoder.layers, model.layers, strict=False)
    return next(filter(None, (layer_difference(*pair) for pair in pairs)), "")


def _copy(encoder: keras.Model, model: keras.Model) -> None:
    for source, target in zip(encoder.layers, model.layers, strict=False):
        target.set_weights(source.get_weights())


def _refusal(difference: str, place: Path, hint: str | None) -> RunError:
    return RunError(
        f"Its encoder is not that of this network: {difference}.", where=place, hint=hint
    )


def _tokens_of(run: Run) -> str:
    """What the tokens of a pre-training run stand for; empty where it does not say."""
    return str(RunRecord(run.folder).data.get("tokens", ""))
