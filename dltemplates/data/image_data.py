"""An image data set ready for training: divided, checked, and decoded when it is asked for."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.batch_streams import plain_options
from dltemplates.data.class_folders import read_class_folders
from dltemplates.data.digits import read_digits
from dltemplates.data.encoded_images import EncodedImages, LabelledImages, divide, printable
from dltemplates.data.image_decoding import MAX_PIXELS, decode_and_resize, resizing
from dltemplates.data.image_manifest import read_manifest
from dltemplates.data.tfds_images import read_tfds_images
from dltemplates.errors import DataError
from dltemplates.machine.storage import available_memory

log = logging.getLogger(__name__)

_BATCH = 256
_SHOWN = 5
_MEMORY_SHARE = 0.2  # of what is free; a copy is made on the way, and TensorFlow wants the rest
_SAMPLE_BYTES = 64 * 2**20


@dataclass(frozen=True)
class ImageSplit:
    """Images of one split, all of them readable.

    Attributes:
        encoded: The images before decoding, with their labels.
        pixels: uint8, `(count, size, size, channels)`; None when they are decoded as they are used.
        load: Reads and decodes the image at a scalar index, inside a TensorFlow graph.
    """

    encoded: EncodedImages
    pixels: np.ndarray | None
    load: Callable[[tf.Tensor], tf.Tensor]

    @property
    def labels(self) -> np.ndarray:
        return self.encoded.labels

    def __len__(self) -> int:
        return len(self.encoded)

    def sample(self, count: int) -> np.ndarray:
        """Pixels of up to `count` images, evenly spread over the split."""
        indices = np.unique(np.linspace(0, len(self) - 1, min(count, len(self))).astype("int64"))
        if self.pixels is not None:
            return self.pixels[indices]
        loaded = tf.data.Dataset.from_tensor_slices(indices).map(
            self.load, num_parallel_calls=os.cpu_count()
        )
        return np.stack(list(loaded.with_options(plain_options()).as_numpy_iterator()))

    def tensor(self) -> tf.Tensor:
        """The pixels that are kept in memory, as a tensor beside the CPU."""
        with tf.device("CPU"):
            return tf.constant(self.pixels)


@dataclass
class ImageData:
    """Images of known classes. A split is decoded and checked when it is first used.

    Attributes:
        class_names: In label order.
        size: Height and width in pixels.
        channels: 3 for RGB, 1 for grayscale.
        fit: How an image of another shape was brought to a square: `crop`, `pad` or `stretch`.
        splits: The encoded images of each split.
        cache: Whether decoded images stay in memory; None: when they fit.
        broken_limit: Largest fraction of unreadable images that is skipped rather than refused.
        mirrors: Whether a mirrored image still shows its class; digits do not.
        skipped: Unreadable images so far, name to reason.
        ignored: Files that are no images by their name.
        rehearsed: Images of old classes in each split, see `dltemplates.data.image_rehearsal`.
        statistics: What `mean_and_variance` shall say, where a trained network goes by it.
    """

    class_names: list[str]
    size: int
    channels: int
    fit: str
    splits: dict[str, EncodedImages]
    cache: bool | None = None
    broken_limit: float = 0.01
    mirrors: bool = True
    skipped: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    rehearsed: dict[str, int] = field(default_factory=dict)
    statistics: tuple[list[float], list[float]] | None = None

    @cached_property
    def train(self) -> ImageSplit:
        split = self._decode("train")
        broken = np.setdiff1d(self.splits["train"].labels, split.labels)
        if len(broken):
            raise DataError(
                f"No readable training image of: {self.class_names[broken[0]]}.",
                hint="Replace the broken files of this class.",
            )
        return split

    @cached_property
    def validation(self) -> ImageSplit | None:
        return self._decode("validation") if "validation" in self.splits else None

    @cached_property
    def test(self) -> ImageSplit:
        if "test" not in self.splits:
            raise DataError(
                "There is no test split.",
                hint="Add a test folder, or set data.test_fraction above 0.",
            )
        return self._decode("test")

    @cached_property
    def sample(self) -> np.ndarray:
        """Pixels of up to 5,000 training images, fewer of large ones, to fit statistics to."""
        return self.train.sample(min(5_000, max(64, _SAMPLE_BYTES // self.size**2 // 3)))

    def held_out_files(self, count: int = 16) -> list[bytes]:
        """The bytes of up to `count` images, of those held out from training if there are any."""
        split = self.validation or self.train
        indices = np.unique(np.linspace(0, len(split) - 1, min(count, len(split))).astype("int64"))
        return [split.encoded.read(index) for index in indices]

    def mean_and_variance(self) -> tuple[list[float], list[float]]:
        """Mean and variance of each channel, 0-255, over a sample of the training images."""
        if self.statistics is not None:
            return self.statistics
        pixels = self.sample
        mean = pixels.mean(axis=(0, 1, 2), dtype="float64")
        variance = np.stack([pixels[..., c].var(dtype="float64") for c in range(self.channels)])
        return mean.tolist(), np.maximum(variance, 1.0).tolist()

    def with_classes(self, names: list[str]) -> "ImageData":
        """The same images, labelled by the place of their class in other names.

        Raises:
            DataError: A class of the images is not among them.
        """
        unknown = [name for name in self.class_names if name not in names]
        if unknown:
            raise DataError(
                f"The data have classes that the network does not know: {', '.join(unknown)}. "
                f"It knows {', '.join(names)}.",
                hint="Use the data that it was trained for, or fine-tune it to these.",
            )
        places = np.array([names.index(name) for name in self.class_names])
        splits = {
            split: replace(images, labels=places[images.labels])
            for split, images in self.splits.items()
        }
        return replace(self, class_names=list(names), splits=splits)

    def describe(self) -> dict:
        """What a run records of its data."""
        return {
            "class_names": self.class_names,
            "images": {name: len(split) for name, split in self.splits.items()},
            "fingerprints": {
                name: split.fingerprint(self.class_names) for name, split in self.splits.items()
            },
            "skipped": self.skipped,
            "ignored": self.ignored,
            **({"rehearsed": self.rehearsed} if self.rehearsed else {}),
        }

    @cached_property
    def resize(self) -> keras.layers.Layer:
        return resizing(self.size, self.fit)

    def _decode(self, name: str) -> ImageSplit:
        encoded = self.splits[name]
        if not len(encoded):
            raise DataError(f"The {name} split is empty.", hint="Check the data and its fractions.")
        keep = self._keep_in_memory(len(encoded))
        started = time.perf_counter()
        load = self._loader(encoded)
        pixels, good = self._decode_all(load, len(encoded), keep)
        if len(good) < len(encoded):
            self._skip(name, encoded, good)
            encoded = encoded.take(good)
            pixels = None if pixels is None else pixels[good]
            load = self._loader(encoded)
        log.info(
            "%s: %s images, decoded in %.1f s (%s)",
            name,
            f"{len(encoded):,}",
            time.perf_counter() - started,
            "kept in memory" if keep else "streamed from disk in training",
        )
        return ImageSplit(encoded, pixels, load)

    def _keep_in_memory(self, count: int) -> bool:
        if self.cache is not None:
            return self.cache
        return count * self.size**2 * self.channels < _MEMORY_SHARE * available_memory()

    def _decode_all(
        self, load: Callable[[tf.Tensor], tf.Tensor], count: int, keep: bool
    ) -> tuple[np.ndarray | None, np.ndarray]:
        """Decodes every image once: their pixels if `keep`, and which of them are readable."""

        def decode(index):
            image = load(index)
            return (index, image) if keep else (index, tf.reduce_min(image))

        decoded = (
            tf.data.Dataset.range(count)
            .map(decode, num_parallel_calls=os.cpu_count())
            .ignore_errors()
            .batch(_BATCH)
            .prefetch(2)
            .with_options(plain_options())
        )
        shape = (count, self.size, self.size, self.channels)
        pixels = np.empty(shape, "uint8") if keep else None
        good = [np.empty(0, "int64")]
        for indices, images in decoded.as_numpy_iterator():
            good.append(indices)
            if pixels is not None:
                pixels[indices] = images
        return pixels, np.sort(np.concatenate(good))

    def _loader(self, encoded: EncodedImages) -> Callable[[tf.Tensor], tf.Tensor]:
        if encoded.contents is None:
            files = tf.constant([os.fsencode(name) for name in encoded.names])
            return lambda index: self._pixels(tf.io.read_file(files[index]))
        contents = tf.constant(list(encoded.contents))
        return lambda index: self._pixels(contents[index])

    def _pixels(self, contents: tf.Tensor) -> tf.Tensor:
        return decode_and_resize(contents, self.channels, self.resize)

    def _skip(self, name: str, encoded: EncodedImages, good: np.ndarray) -> None:
        broken = np.setdiff1d(np.arange(len(encoded)), good)
        reasons = {printable(encoded.names[i]): self._reason(encoded, i) for i in broken}
        self.skipped.update(reasons)
        shown = "".join(f"\n    {file}: {why}" for file, why in list(reasons.items())[:_SHOWN])
        more = f"\n    and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
        found = f"{len(broken)} of {len(encoded)} {name} images cannot be read:{shown}{more}"
        allowed = max(1, self.broken_limit * len(encoded)) if self.broken_limit else 0
        if len(broken) > allowed or not len(good):
            raise DataError(
                found, hint="Replace or remove them, or raise data.broken_limit to skip more."
            )
        log.warning("Skipped: %s", found)

    def _reason(self, encoded: EncodedImages, index: int) -> str:
        try:
            self._pixels(tf.constant(encoded.read(index)))
        except (OSError, tf.errors.OpError) as error:
            return plain_reason(error)
        return "could not be read a moment ago"


def load_images(
    source: str,
    *,
    path: str = "",
    name: str = "",
    data_dir: str = "",
    size: int = 32,
    channels: int = 3,
    fit: str = "crop",
    validation_fraction: float = 0.1,
    test_fraction: float = 0.1,
    seed: int = 0,
    cache: bool | None = None,
    broken_limit: float = 0.01,
    mirrors: bool | None = None,
) -> ImageData:
    """Finds images and divides them; nothing is decoded yet.

    Args:
        source: `sample`, `path` or `tfds`.
        path: For `path`: a folder of class folders, or a CSV manifest.
        name: For `tfds`: the data set's name.
        data_dir: For `tfds`: where prepared data sets lie; empty for the default.
        size: Height and width that images are brought to, in pixels.
        channels: 3 for RGB, 1 for grayscale.
        fit: `crop`, `pad` or `stretch`.
        validation_fraction: Share of the training images to hold out where there is no such split.
        test_fraction: Likewise for the test split.
        seed: Decides the division.
        cache: See `ImageData`.
        broken_limit: See `ImageData`.
        mirrors: See `ImageData`; None: yes, but for the digits.

    Raises:
        DataError: The data are not there, or cannot be used.
    """
    found = _find(source, path, name, data_dir)
    origin = {"path": path, "tfds": name}.get(source, "scikit-learn's handwritten digits")
    classes = ", ".join(found.class_names[:_SHOWN]) + (
        ", …" if len(found.class_names) > _SHOWN else ""
    )
    log.info("%s: %s classes (%s)", origin, f"{len(found.class_names):,}", classes)
    if path and source != "path":
        log.warning("data.path is not used: data.source is %r, not 'path'.", source)
    if found.ignored:
        kinds = sorted({os.path.splitext(file)[1].lower() or "none" for file in found.ignored})
        log.warning(
            "Ignored: %s files whose suffix is not read (%s); convert images to JPEG or PNG.",
            len(found.ignored),
            ", ".join(kinds),
        )
    return ImageData(
        class_names=found.class_names,
        size=size,
        channels=channels,
        fit=fit,
        splits=divide(found, validation_fraction, test_fraction, seed),
        cache=cache,
        broken_limit=broken_limit,
        mirrors=source != "sample" if mirrors is None else mirrors,
        ignored=[printable(name) for name in found.ignored],
    )


def _find(source: str, path: str, name: str, data_dir: str) -> LabelledImages:
    if source == "sample":
        return read_digits()
    if source == "tfds":
        return read_tfds_images(name, data_dir)
    if not path:
        raise DataError(
            "No path given.",
            where="data.path",
            hint="Point it at a folder of class folders: --set data.path=../photos",
        )
    place = Path(os.path.expanduser(path))
    return read_manifest(place) if place.suffix.lower() == ".csv" else read_class_folders(place)


def plain_reason(error: OSError | tf.errors.OpError) -> str:
    """Why an image could not be read, in words for its owner."""
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    message = error.message
    if "Input is empty" in message:
        return "empty file"
    if "palette" in message:
        return "a BMP with a palette; save it as PNG"
    if "4 channel RGBA" in message:
        return "an animated WebP; save one frame of it"
    if "too many pixels" in message:
        return f"more than {MAX_PIXELS:,} pixels; refused as a decompression bomb"
    if "Unknown image file format" in message:
        return "not a JPEG, PNG, GIF, BMP or WebP image"
    return f"damaged image ({message.splitlines()[0].split('} ')[-1].strip()})"
