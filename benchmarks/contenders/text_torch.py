"""The same text classifier in native PyTorch, eager: float32, or bfloat16 by autocast."""

import json
import sys
import time

import torch
from review_texts import CLASSES, TEXTS, VOCABULARY, prepared_batches
from torch import nn
from torch.nn import functional

UNITS, HEADS, BUCKETS, DROPOUT, HIDDEN = 128, 4, 20_000, 0.2, 1


def hidden_spans(tokens):
    begins = 1.0 - 0.85 ** (1 / 3)
    noise = torch.rand(len(tokens), tokens.shape[1] + 2) < begins
    hidden = noise[:, :-2] | noise[:, 1:-1] | noise[:, 2:]
    return torch.where(hidden & (tokens != 0), HIDDEN, tokens)


class NGrams(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(BUCKETS, UNITS) for _ in range(3))

    def forward(self, tokens):
        total = 0.0
        kept = functional.dropout(torch.ones(*tokens.shape, 1), 0.5)
        for order, table in zip((2, 3, 4), self.tables, strict=True):
            padded = functional.pad(tokens, (0, order - 1))
            code = tokens
            for place in range(1, order):
                code = (code * 0x1B873593 + padded[:, place : place + tokens.shape[1]]) & 0x7FFFFFFF
            code = (code ^ (code >> 15)) * 0x2C1B3C6D
            present = padded[:, order - 1 :] != 0
            rows = torch.where(present, code % (BUCKETS - 1) + 1, 0)
            total = total + table(rows) * (present[..., None] * kept)
        return total


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = (nn.LayerNorm(UNITS, eps=1e-6) for _ in range(2))
        self.projection = nn.Linear(UNITS, 3 * UNITS)
        self.output = nn.Linear(UNITS, UNITS)
        self.forward_part = nn.Sequential(
            nn.Linear(UNITS, 4 * UNITS), nn.ReLU(), nn.Linear(4 * UNITS, UNITS)
        )
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x, mask, cos, sin):
        parts = self.projection(self.first(x)).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        query, key, value = parts
        attended = functional.scaled_dot_product_attention(
            turned(query, cos, sin), turned(key, cos, sin), value, attn_mask=mask[:, None, None]
        )
        x = x + self.dropout(self.output(attended.transpose(1, 2).flatten(2)))
        return x + self.dropout(self.forward_part(self.second(x)))


def turned(x, cos, sin):
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY + 2, UNITS)
        self.ngrams = NGrams()
        self.convolution = nn.Conv1d(UNITS, UNITS, 3, stride=2)
        self.blocks = nn.ModuleList(Block() for _ in range(2))
        self.norm = nn.LayerNorm(UNITS, eps=1e-6)
        self.score = nn.Linear(UNITS, 1)
        self.logits = nn.Linear(2 * UNITS, CLASSES)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, tokens):
        shown = hidden_spans(tokens)
        x = (self.embedding(shown) + self.ngrams(shown)).transpose(1, 2)
        x = functional.dropout1d(x, DROPOUT) * (tokens != 0)[:, None]
        x = torch.relu(self.convolution(functional.pad(x, (0, 2)))).transpose(1, 2)
        mask = (tokens != 0)[:, ::2]
        size = UNITS // HEADS
        speeds = 10_000.0 ** (-torch.arange(size // 2) / (size // 2))
        angles = torch.arange(x.shape[1])[:, None] * speeds
        for block in self.blocks:
            x = block(x, mask, angles.cos(), angles.sin())
        x = self.norm(x)
        hidden = ~mask[..., None]
        weights = self.score(x).masked_fill(hidden, -1e9).softmax(dim=1)
        pooled = torch.cat([(weights * x).sum(1), x.masked_fill(hidden, -1e9).amax(1)], dim=-1)
        return self.logits(self.dropout(pooled))


torch.manual_seed(0)
network = Network()
weights = list(network.parameters())
optimizer = torch.optim.AdamW(weights, 2e-3, weight_decay=0.1)
average = [weight.detach().clone() for weight in weights]
batches = [
    (torch.from_numpy(tokens), torch.from_numpy(labels).long())
    for tokens, labels in prepared_batches()
]


def epoch() -> None:
    for tokens, labels in batches:
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=sys.argv[1].endswith("bf16")):
            logits = network(tokens)
        functional.cross_entropy(logits.float(), labels, label_smoothing=0.1).backward()
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, weights, 0.01)


epoch()
started = time.process_time()
epoch()
seconds = time.process_time() - started
count = sum(weight.numel() for weight in weights)
print(json.dumps({"items_per_second": TEXTS / seconds, "parameters": count}))
