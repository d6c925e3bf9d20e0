"""The settings of `config.toml`, typed and checked. What each means is said there."""

from typing import Annotated, Literal

from dltemplates.project.config import Section
from dltemplates.project.search_space import TuneTable, tune_table
from pydantic import Field

Fraction = Annotated[float, Field(ge=0.05, le=0.4)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class DataConfig(Section):
    source: Literal["sample", "path"]
    path: str
    label: str
    ignore: list[str]
    validation_fraction: Fraction
    test_fraction: Fraction
    split_seed: Seed


class ModelConfig(Section):
    width: Annotated[int, Field(ge=4, le=1_024)]
    depth: Annotated[int, Field(ge=1, le=16)]
    dropout: Annotated[float, Field(ge=0.0, le=0.9)]


class TrainConfig(Section):
    epochs: Annotated[int, Field(ge=1, le=10_000)]
    batch_size: Literal["auto"] | Annotated[int, Field(ge=1, le=65_536)]
    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)]
    seed: Seed


class Config(Section):
    data: DataConfig
    model: ModelConfig
    train: TrainConfig
    tune: TuneTable = tune_table()
