"""The settings of `config.toml`, typed and checked. What each means is said there."""

from typing import Annotated, Literal

from dltemplates.project.config import Section
from dltemplates.project.search_space import TuneTable, tune_table
from pydantic import Field, ValidationInfo, field_validator

Auto = Literal["auto"]
Fraction = Annotated[float, Field(ge=0.0, le=0.5)]
Dropout = Annotated[float, Field(ge=0.0, le=0.9)]


class DataConfig(Section):
    #% if labels == "single"
    source: Literal["sample", "path", "tfds"]
    #% endif
    path: str
    validation_path: str
    test_path: str
    #% if labels == "single"
    name: str
    data_dir: str
    #% endif
    text_column: str
    label_column: str
    #% if labels == "multi"
    label_separator: Annotated[str, Field(min_length=1)]
    #% endif
    quotes: Literal["auto", "csv", "literal"]
    validation_fraction: Fraction
    test_fraction: Fraction
    split_seed: Annotated[int, Field(ge=0)]
    broken_limit: Annotated[float, Field(ge=0.0, le=1.0)]


class ModelConfig(Section):
    linear: bool
    #% if tokenization in ("word", "subword")
    vocabulary: Annotated[int, Field(ge=2, le=1_000_000)]
    #% elif tokenization == "character"
    vocabulary: Annotated[int, Field(ge=2, le=100_000)]
    #% endif
    max_length: Auto | Annotated[int, Field(ge=1, le=8192)]
    #% if positions == "sinusoidal"
    width: Annotated[int, Field(ge=8, le=2048, multiple_of=2)]
    #% else
    width: Annotated[int, Field(ge=8, le=2048)]
    #% endif
    depth: Annotated[int, Field(ge=1, le=48)]
    heads: Annotated[int, Field(ge=1, le=64)]
    dropout: Dropout
    #% if network == "ngram"
    stride: Annotated[int, Field(ge=1, le=8)]
    buckets: Annotated[int, Field(ge=2, le=10_000_000)]
    ngram_dropout: Dropout
    span_dropout: Dropout
    #% endif

    @field_validator("heads")
    @classmethod
    def _share_the_width(cls, heads: int, others: ValidationInfo) -> int:
        width = others.data.get("width")  # there is none if it is wrong itself
        #% if positions == "rotary"
        if width and width % (2 * heads):
            raise ValueError(f"Expected heads that divide the width, {width}, into even parts")
        #% else
        if width and width % heads:
            raise ValueError(f"Expected heads that divide the width, {width}")
        #% endif
        return heads


class TrainConfig(Section):
    epochs: Auto | Annotated[int, Field(ge=1, le=10_000)]
    batch_size: Auto | Annotated[int, Field(ge=1, le=65_536)]
    label_smoothing: Fraction
    optimizer: Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion"]
    learning_rate: Auto | Annotated[float, Field(gt=0.0, le=10.0)]
    schedule: Literal["one_cycle", "cosine", "constant"]
    weight_decay: Annotated[float, Field(ge=0.0, le=1.0)]
    ema: bool
    pretrained: str
    precision: Literal["auto", "float32", "mixed_bfloat16", "mixed_float16"]
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)]


class PretrainConfig(Section):
    path: str
    epochs: Annotated[int, Field(ge=1, le=10_000)]
    mask_rate: Annotated[float, Field(ge=0.05, le=0.8)]
    dropout: Dropout


class FinetuneConfig(Section):
    start: str
    epochs: Annotated[int, Field(ge=1, le=10_000)]
    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)]
    layer_decay: Annotated[float, Field(gt=0.0, le=1.0)]
    renamed: str
    rehearsal: Annotated[int, Field(ge=0)]
    old_path: str


class Config(Section):
    data: DataConfig
    model: ModelConfig
    train: TrainConfig
    pretrain: PretrainConfig
    finetune: FinetuneConfig
    tune: TuneTable = tune_table()
