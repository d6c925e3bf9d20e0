"""The settings of `config.toml`, typed and checked. What each means is said there."""

from typing import Annotated, Literal

from dltemplates.project.config import Section
from dltemplates.project.search_space import TuneTable, tune_table
from pydantic import Field

Auto = Literal["auto"]
Fraction = Annotated[float, Field(ge=0.0, le=0.5)]


class DataConfig(Section):
    source: Literal["sample", "path", "tfds"]
    path: str
    name: str
    data_dir: str
    image_size: Annotated[int, Field(ge=8, le=1024)]
    color: Literal["rgb", "grayscale"]
    fit: Literal["crop", "pad", "stretch"]
    validation_fraction: Fraction
    test_fraction: Fraction
    split_seed: Annotated[int, Field(ge=0)]
    cache: Literal["auto", "yes", "no"]
    broken_limit: Annotated[float, Field(ge=0.0, le=1.0)]
    augmentation: Literal["none", "light", "strong"]
    mirror: Literal["auto", "yes", "no"]
    mix: Literal["none", "mixup", "cutmix"]
    class_balance: Literal["none", "weights"]


class ModelConfig(Section):
    #% if network == "application"
    imagenet: bool
    #% else
    width: Annotated[int, Field(ge=8, le=512)]
    activation: Literal["relu", "gelu", "silu", "leaky_relu", "elu", "tanh", "sigmoid"]
    #% endif
    dropout: Annotated[float, Field(ge=0.0, le=0.9)]
    mirror_average: bool


class TrainConfig(Section):
    epochs: Annotated[int, Field(ge=1, le=10_000)]
    batch_size: Auto | Annotated[int, Field(ge=1, le=65_536)]
    loss: Literal["cross_entropy", "focal"]
    label_smoothing: Fraction
    optimizer: Literal[
        "muon", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion"
    ]
    learning_rate: Auto | Annotated[float, Field(gt=0.0, le=10.0)]
    schedule: Literal["one_cycle", "cosine", "constant"]
    weight_decay: Auto | Annotated[float, Field(ge=0.0, le=1.0)]
    ema: bool
    #% if network == "resnet"
    progressive_resizing: bool
    #% endif
    precision: Literal["auto", "float32", "mixed_bfloat16", "mixed_float16"]
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)]


class FinetuneConfig(Section):
    start: str
    epochs: Annotated[int, Field(ge=1, le=10_000)]
    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)]
    layer_decay: Annotated[float, Field(gt=0.0, le=1.0)]
    renamed: str
    rehearsal: Annotated[int, Field(ge=0)]
    forgetting: Annotated[float, Field(ge=0.0, le=1.0)]
    old_path: str


class Config(Section):
    data: DataConfig
    model: ModelConfig
    train: TrainConfig
    finetune: FinetuneConfig
    tune: TuneTable = tune_table()
