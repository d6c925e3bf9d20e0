"""Folders of runs, as trainings leave them, made without training."""

import json
import os
import zipfile

CONFIG = (
    '[data]\nsource = "sample"\n\n[train]\nepochs = 3\nlearning_rate = 0.1\npretrained = "{}"\n'
)
HISTORY = """epoch,accuracy,learning_rate,loss,val_accuracy,val_loss
1,0.5,0.1,1.0,0.6,1.1
2,0.6,0.1,,0.8,1.0
3,0.7,0.1,0.8,0.7,0.9
"""
DONE = {
    "finished": "2026-03-01T10:05:00+09:00",
    "training_seconds": 245.0,
    "best_epoch": 2,
    "val_accuracy": 0.8,
}


def keras_file(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")


def make_run(
    parent,
    name,
    *,
    step="train",
    started="2026-03-01T10:00:00+09:00",
    finished=True,
    pretrained="",
    config=None,
    **records,
):
    """Makes a run. `records` are the contents of JSON files by stem."""
    folder = parent / name
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG.format(pretrained) if config is None else config)
    (folder / "history.csv").write_text(HISTORY)
    keras_file(folder / "checkpoints" / "step-00000003.keras")
    os.link(folder / "checkpoints" / "step-00000003.keras", folder / "checkpoints" / "best.keras")
    environment = {"keras": "3.15.1", "precision": "float32", "cpu": {"cores": 2}, "gpus": []}
    contents = {
        "run": {"step": step, "started": started, "command": ["train"], "git": None},
        "environment": environment,
        "data": {"fingerprints": {"train": "a" * 16, "validation": "b" * 16, "test": "c" * 16}},
        **({"done": DONE} if finished else {}),
        **records,
    }
    for stem, value in contents.items():
        if value is not None:
            (folder / f"{stem}.json").write_text(json.dumps(value))
    if finished:
        keras_file(folder / ("encoder.keras" if step == "pretrain" else "model.keras"))
    else:
        for path in (folder, folder / "checkpoints", *folder.iterdir()):
            os.utime(path, (1e9, 1e9))  # quiet for long
    return folder
