"""The settings of `config.toml`, typed and checked. What each means is said there."""

from typing import Annotated, Literal

from dltemplates.project.config import Section
from dltemplates.project.search_space import TuneTable, tune_table
#% if output == "quantiles"
from pydantic import Field, field_validator
#% else
from pydantic import Field
#% endif

Auto = Literal["auto"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Fraction = Annotated[float, Field(ge=0.0, le=0.8)]


class DataConfig(Section):
    source: Literal["sample", "path", "tfds"]
    path: str
    name: str
    data_dir: str
    timestamp: str
    targets: list[str]
    past: list[str]
    known: list[str]
    static: list[str]
    series_id: str
    value: str
    calendar: list[Literal["minute", "hour", "weekday", "monthday", "month", "yearday", "weekend"]]
    frequency: str
    seasonal_period: Auto | Annotated[int, Field(ge=1)]
    missing_limit: Share
    lookback: Annotated[int, Field(ge=1, le=5_000)]
    horizon: Annotated[int, Field(ge=1, le=10_000)]
    validation_fraction: Fraction
    test_fraction: Fraction
    train_end: str | int
    validation_end: str | int
    test_end: str | int
    gap: Annotated[int, Field(ge=0)]


class ModelConfig(Section):
    units: Annotated[int, Field(ge=4, le=2048)]
    layers: Annotated[int, Field(ge=1, le=8)]
    #% if network == "segment"
    segment: Annotated[int, Field(ge=1, le=1000)]
    #% endif
    dropout: Annotated[float, Field(ge=0.0, le=0.9)]
    normalization: Literal["last_value", "reversible_instance", "none"]
    #% if output == "quantiles"
    quantiles: list[Annotated[float, Field(gt=0.0, lt=1.0)]]
    #% endif
    coverage: Annotated[float, Field(ge=0.5, le=0.99)]
    #% if output == "quantiles"

    @field_validator("quantiles")
    @classmethod
    def _surround_the_median(cls, levels: list[float]) -> list[float]:
        if levels != sorted(set(levels)) or 0.5 not in levels[1:-1]:
            raise ValueError("Expected increasing quantiles with 0.5 between others")
        return levels
    #% endif


class TrainConfig(Section):
    steps: Annotated[int, Field(ge=1, le=1_000_000)]
    steps_per_epoch: Annotated[int, Field(ge=1)]
    batch_size: Annotated[int, Field(ge=1, le=65_536)]
    #% if output == "point"
    loss: Literal["mae", "mse", "huber"]
    #% endif
    optimizer: Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion"]
    learning_rate: Auto | Annotated[float, Field(gt=0.0, le=10.0)]
    schedule: Literal["one_cycle", "cosine", "constant"]
    weight_decay: Auto | Share
    clip_norm: Annotated[float, Field(ge=0.0)]
    ema: bool
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)]


class FinetuneConfig(Section):
    start: str
    steps: Annotated[int, Field(ge=1, le=1_000_000)]
    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)]
    layer_decay: Annotated[float, Field(gt=0.0, le=1.0)]
    old_path: str


class Config(Section):
    data: DataConfig
    model: ModelConfig
    train: TrainConfig
    finetune: FinetuneConfig
    tune: TuneTable = tune_table()
