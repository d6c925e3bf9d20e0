"""The settings of `config.toml`, typed and checked. What each means is said there."""

from typing import Annotated, Literal

from dltemplates.project.config import Section
from dltemplates.project.search_space import TuneTable, tune_table
from pydantic import Field

Auto = Literal["auto"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Fraction = Annotated[float, Field(ge=0.0, le=0.8)]
#% if kind == "series"
Part = Literal["error", "shift", "neighbors"]
#% else
Part = Literal["error", "neighbors"]
#% endif


class DataConfig(Section):
    source: Literal["sample", "path", "tfds"]
    path: str
    name: str
    data_dir: str
    #% if kind == "series"
    timestamp: str
    frequency: str
    sensors: list[str]
    #% else
    features: list[str]
    #% endif
    label: str
    ignore: list[str]
    exclude_labelled: bool
    missing_limit: Share
    #% if kind == "series"
    window: Auto | Annotated[int, Field(ge=2, le=2_000)]
    #% endif
    validation_fraction: Fraction
    test_fraction: Fraction
    train_end: str | int
    validation_end: str | int
    test_end: str | int


class ModelConfig(Section):
    #% if kind == "series" and network == "denoising"
    filters: Annotated[int, Field(ge=4, le=1_024)]
    #% else
    units: Annotated[int, Field(ge=4, le=1_024)]
    #% endif
    layers: Annotated[int, Field(ge=1, le=6)]
    #% if network == "denoising"
    noise: Annotated[float, Field(ge=0.01, le=10.0)]
    #% else
    code: Annotated[int, Field(ge=1, le=1_024)]
    #% endif
    #% if network == "variational"
    divergence_weight: Annotated[float, Field(ge=0.0, le=100.0)]
    #% endif
    score: Annotated[list[Part], Field(min_length=1)]


class AlarmConfig(Section):
    false_alarm_rate: Annotated[float, Field(ge=1e-6, lt=1.0)]
    #% if kind == "series"
    merge_gap: Annotated[int, Field(ge=0)]
    #% endif


class TrainConfig(Section):
    #% if kind == "series"
    steps: Auto | Annotated[int, Field(ge=1, le=1_000_000)]
    #% else
    steps: Annotated[int, Field(ge=1, le=1_000_000)]
    #% endif
    steps_per_epoch: Annotated[int, Field(ge=1)]
    batch_size: Annotated[int, Field(ge=1, le=65_536)]
    trim: Annotated[float, Field(ge=0.0, le=0.5)]
    optimizer: Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion"]
    learning_rate: Auto | Annotated[float, Field(gt=0.0, le=10.0)]
    schedule: Literal["one_cycle", "cosine", "constant"]
    weight_decay: Auto | Share
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)]


class FinetuneConfig(Section):
    start: str
    steps: Annotated[int, Field(ge=0, le=1_000_000)]
    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)]
    scaling: Literal["own", "level", "start"]
    old_path: str


class Config(Section):
    data: DataConfig
    model: ModelConfig
    alarm: AlarmConfig
    train: TrainConfig
    finetune: FinetuneConfig
    tune: TuneTable = tune_table()
