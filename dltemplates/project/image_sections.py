"""The sections of a report that only image classifiers have."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from dltemplates.data.encoded_images import printable, short_name
from dltemplates.data.image_data import ImageData
from dltemplates.evaluation.chart_grids import heat_map, reliability_chart
from dltemplates.evaluation.charts import bar_chart
from dltemplates.evaluation.classification import confidence_bins, likely_share
from dltemplates.evaluation.grad_cam import GradCAM
from dltemplates.evaluation.report_page import (
    Section,
    details,
    facts,
    figure,
    image,
    lead,
    note,
    paragraph,
    table,
    tiles,
)
from dltemplates.evaluation.thumbnails import overlay, thumbnail
from dltemplates.project.image_report import ImageReport, held_out, report_on

_TILES = 12
_LOOKED_AT = 6  # mistakes, and as many right answers
_SHOWN_CLASSES = 20


def image_sections(
    _project: Any, run: Any, model: keras.Model, data: ImageData, _config: Any
) -> list[Section]:
    """Figures beside baselines, confusion, calibration, and images that tell."""
    split = held_out(data)
    if split is None:
        return [Section("What was learned", [lead("No images were held out to measure it on.")])]
    report = report_on(model, data, split, run.folder)
    return [
        Section("What was learned", _learned(report)),
        Section("Confusion", _confusion(report)),
        Section("Calibration", _calibration(report)),
        Section("Worst mistakes", _worst(report)),
        Section("Least certain", _uncertain(report)),
        Section("Where it looked", _looked(report, model)),
    ]


def _learned(report: ImageReport) -> list[str]:
    figures, split = report.report, report.split
    bars = {
        "this model": figures.accuracy,
        "logistic regression on 8 by 8 pixels": report.linear_accuracy,
        "always the commonest class": figures.majority_accuracy,
    }
    words = f"It is right for {figures.accuracy:.1%} of {figures.items:,} {split} images"
    best = max(report.linear_accuracy, figures.majority_accuracy)
    verdict = f", where a baseline without a network reaches {best:.1%}."
    low, high = likely_share(figures.accuracy, figures.items)
    chance = f"for other images like these, {low:.1%} to {high:.1%}"
    blocks: list[str] = [lead(words + verdict)]
    if figures.accuracy <= best:
        blocks.append(paragraph("As it is, the network is not worth its cost."))
    if report.copies:
        blocks.append(
            note(
                "Leakage: the splits share images",
                f"{report.copies:,} of these images are training images too, byte for byte, which "
                "flatters every figure.",
                "Remove the copies, or divide the data so that they stay on one side.",
            )
        )
    if split == "validation":
        blocks.append(
            paragraph(
                "There is no test split. Validation chose the weights that were kept, so these "
                "figures flatter the model a little."
            )
        )
    blocks += [
        figure(
            bar_chart(bars, title="Accuracy", highlight="this model", say="{:.2%}".format),
            f"Accuracy on the {split} split. The logistic regression learned from "
            f"{report.answers.learned_from:,} training images.",
        ),
        facts(
            {
                "accuracy": f"{figures.accuracy:.2%}; {chance}",
                "top-5 accuracy": None
                if figures.top5_accuracy is None
                else f"{figures.top5_accuracy:.2%}",
                "macro F1": figures.macro_f1,
                "log loss": figures.log_loss,
                "calibration error": figures.calibration_error,
            }
        ),
    ]
    return blocks


def _confusion(report: ImageReport) -> list[str]:
    names, counts = list(report.report.classes), np.array(report.report.confusion)
    wrong = counts - np.diag(np.diag(counts))
    shown = np.arange(len(names))
    caption = (
        "True classes from top to bottom, answers from left to right; strong is much of a row."
    )
    if len(names) > _SHOWN_CLASSES:
        shown = np.sort(np.argsort(-(wrong.sum(axis=0) + wrong.sum(axis=1)))[:_SHOWN_CLASSES])
        caption += f" The {_SHOWN_CLASSES} classes that are confused the most."
    labels = [names[i] for i in shown]
    chart = heat_map(
        counts[np.ix_(shown, shown)],
        labels,
        labels,
        title="Confusion of classes",
        row_label="true",
        column_label="answered",
    )
    pairs = np.dstack(np.unravel_index(np.argsort(-wrong, axis=None)[:10], wrong.shape))[0]
    frequent = [
        (
            names[true],
            names[answer],
            wrong[true, answer],
            f"{wrong[true, answer] / counts[true].sum():.1%}",
        )
        for true, answer in pairs
        if wrong[true, answer]
    ]
    classes = [
        (name, each.precision, each.recall, each.f1, each.support)
        for name, each in sorted(report.report.classes.items(), key=lambda item: item[1].f1)
    ]
    listing = table(["class", "precision", "recall", "F1", "images"], classes)
    blocks: list[str] = [figure(chart, caption)]
    if frequent:
        blocks.append(
            table(
                ["true", "answered", "images", "of its class"], frequent, "The commonest mistakes"
            )
        )
    blocks.append(details("Every class, the worst first", listing))
    return blocks


def _calibration(report: ImageReport) -> list[str]:
    bins = confidence_bins(report.images.labels, report.probabilities)
    error = report.report.calibration_error
    trust = float(report.probabilities.max(axis=1).mean()) - report.report.accuracy
    words = "Probabilities can be taken at their word."
    if error > 0.03:
        words = (
            "Answers are surer than they have reason to be."
            if trust > 0
            else "Answers are more often right than their probabilities say."
        )
        if trust < 0:
            words += " Label smoothing, where it is on, does this."
    return [
        paragraph(f"{words} Confidence and accuracy are {error:.1%} apart on average."),
        figure(
            reliability_chart(bins, title="Confidence and accuracy"),
            "Each dot is the images that got about the same confidence, as large as their share. "
            "Below the diagonal the model is too sure, above it not sure enough.",
        ),
    ]


def _worst(report: ImageReport) -> list[str]:
    indices = report.worst(_TILES)
    if not len(indices):
        return [paragraph("There is none: every answer is right.")]
    return [
        paragraph("Wrong, and the surest of it. Look for wrong labels among them, too."),
        tiles(_tiles(report, indices, report.pixels(indices))),
    ]


def _uncertain(report: ImageReport) -> list[str]:
    indices = report.uncertain(_TILES)
    return [
        paragraph("The two likeliest classes are nearest to each other here."),
        tiles(_tiles(report, indices, report.pixels(indices))),
    ]


def _looked(report: ImageReport, model: keras.Model) -> list[str]:
    network = next((layer for layer in model.layers if isinstance(layer, keras.Model)), None)
    try:
        camera = GradCAM(network) if network is not None else None
    except ValueError:  # an owner's network may have none
        camera = None
    if camera is None:
        return []
    blocks: list[str] = [
        paragraph(
            "What spoke for the answer is bright (Grad-CAM). Bright corners or borders mean that "
            "it judges by something other than the thing itself."
        )
    ]
    for words, indices in (
        ("Right answers, the surest of each class.", report.sure(_LOOKED_AT)),
        ("The worst mistakes.", report.worst(_LOOKED_AT)),
    ):
        if len(indices):
            pixels = report.pixels(indices)
            heat = camera(pixels, report.predicted[indices])
            blocks += [paragraph(words), tiles(_tiles(report, indices, pixels, heat))]
    return blocks


def _tiles(
    report: ImageReport, indices: np.ndarray, pixels: np.ndarray, heat: np.ndarray | None = None
) -> Iterator[str]:
    names = list(report.report.classes)
    for place, index in enumerate(indices):
        true, answer = names[report.images.labels[index]], names[report.predicted[index]]
        share = report.probabilities[index].max()
        words = f"{answer} {share:.0%}" + ("" if true == answer else f", is {true}")
        png = thumbnail(pixels[place]) if heat is None else overlay(pixels[place], heat[place])
        name = printable(short_name(report.images.encoded.names[index]))
        yield figure(image(png, words), f"{words} · {name}")
