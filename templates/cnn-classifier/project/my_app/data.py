"""How image files become batches."""

from dataclasses import replace

import tensorflow as tf
from dltemplates.data.image_augmentation import Augmentation
from dltemplates.data.image_batches import balancing_weights, evaluation_batches, training_batches
from dltemplates.data.image_data import ImageData, load_images
#% if network == "resnet"
from dltemplates.data.progressive_resizing import ProgressiveResizing
#% endif
from dltemplates.training.steps import Steps

from .config import Config

AUGMENTATIONS = {
    "none": Augmentation(),
    "light": Augmentation(mirror=True, shift=1 / 16),
    "strong": Augmentation(
        mirror=True, shift=1 / 10, rotation=10, zoom=0.2, brightness=0.2, contrast=0.3, erase=0.25
    ),
}


def load_data(config: Config) -> ImageData:
    """Finds the images and divides them into training, validation and test."""
    data = config.data
    return load_images(
        data.source,
        path=data.path,
        name=data.name,
        data_dir=data.data_dir,
        size=data.image_size,
        channels=3 if data.color == "rgb" else 1,
        fit=data.fit,
        validation_fraction=data.validation_fraction,
        test_fraction=data.test_fraction,
        seed=data.split_seed,
        cache={"auto": None, "yes": True, "no": False}[data.cache],
        broken_limit=data.broken_limit,
        mirrors={"auto": None, "yes": True, "no": False}[data.mirror],
    )


def make_batches(
    config: Config, data: ImageData, steps: Steps, first_step: int = 0
) -> tuple[tf.data.Dataset, tf.data.Dataset | None]:
    """Endless augmented training batches, and the validation images once.

    Pixels are uint8, 0-255, `(batch, size, size, channels)`; labels are `(batch, classes)`.
    """
    classes = len(data.class_names)
    augment = replace(AUGMENTATIONS[config.data.augmentation], mix=config.data.mix)
    if not data.mirrors:
        augment = replace(augment, mirror=False)
    weights = None
    if config.data.class_balance == "weights":
        weights = balancing_weights(data.train.labels, classes)
    #% if network == "resnet"
    resize = None
    if config.train.progressive_resizing:
        resize = ProgressiveResizing(size=data.size * 3 // 4, steps=steps.total * 2 // 3)
    #% endif
    training = training_batches(
        data.train,
        classes,
        steps.batch_size,
        seed=config.train.seed,
        first_step=first_step,
        augment=augment,
        class_weights=weights,
        #% if network == "resnet"
        resize=resize,
        #% endif
    )
    if data.validation is None:
        return training, None
    return training, evaluation_batches(data.validation, classes, steps.batch_size)
