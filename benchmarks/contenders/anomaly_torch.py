"""The same denoising autoencoder in native PyTorch, eager or compiled."""

import json
import sys
import time
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

BATCH, STEPS, WINDOW, SENSORS, FILTERS = 32, 1_000, 16, 8, 32


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        widths = [FILTERS, 2 * FILTERS, 4 * FILTERS]
        self.first = nn.Conv1d(SENSORS, FILTERS, 5, padding=2)
        self.down = nn.ModuleList(
            nn.Conv1d(a, b, 5, stride=2, padding=2) for a, b in pairwise(widths)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose1d(b, a, 5, stride=2, padding=2, output_padding=1)
            for a, b in reversed(list(pairwise(widths)))
        )
        self.last = nn.Conv1d(FILTERS, SENSORS, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, windows):
        hidden = functional.gelu(self.first(windows + torch.randn_like(windows)))
        for layer in (*self.down, *self.up):
            hidden = functional.gelu(layer(hidden))
        return self.last(hidden)


torch.manual_seed(0)
network = Network()
call = torch.compile(network) if sys.argv[1].endswith("compiled") else network
optimizer = torch.optim.Adam(network.parameters(), 2e-3)
loss = nn.MSELoss()
# Sensors first, as PyTorch's convolutions have them.
log = torch.randn(SENSORS, BATCH * STEPS + WINDOW - 1)
examples = log.unfold(1, WINDOW, 1).transpose(0, 1).contiguous()


def train(steps: int) -> None:
    order = torch.randperm(len(examples))
    for number in range(steps):
        windows = examples[order[number * BATCH : (number + 1) * BATCH]]
        optimizer.zero_grad(set_to_none=True)
        loss(call(windows), windows).backward()
        optimizer.step()


train(50)
started = time.perf_counter()
train(STEPS)
seconds = time.perf_counter() - started
print(json.dumps({"items_per_second": BATCH * STEPS / seconds}))
