"""The same forecaster in native PyTorch, eager or compiled."""

import json
import sys
import time

import torch
from torch import nn

BATCH, STEPS, LOOKBACK, HORIZON, SEGMENT, UNITS = 256, 100, 504, 96, 24, 64


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(LOOKBACK, HORIZON, bias=False).requires_grad_(False)
        self.embed = nn.Linear(SEGMENT, UNITS)
        self.lstm = nn.LSTM(UNITS, UNITS, batch_first=True)
        self.series = nn.Embedding(7, UNITS)
        self.positions = nn.Parameter(torch.randn(HORIZON // SEGMENT, UNITS) * 0.05)
        self.dropout = nn.Dropout(0.5)
        self.out = nn.Linear(UNITS, SEGMENT)

    def forward(self, values, series):
        last = values[:, -1:]
        window = values - last
        tokens = torch.relu(self.embed(window.reshape(len(values), -1, SEGMENT)))
        _, states = self.lstm(self.dropout(tokens))
        count = HORIZON // SEGMENT
        queries = (self.series(series)[:, None] + self.positions).reshape(-1, 1, UNITS)
        states = tuple(state.repeat_interleave(count, dim=1) for state in states)
        decoded, _ = self.lstm(queries, states)
        steps = self.out(self.dropout(decoded.reshape(len(values), count, UNITS)))
        return last + self.linear(window) + steps.reshape(len(values), HORIZON)


torch.manual_seed(0)
network = Network()
call = torch.compile(network) if sys.argv[1].endswith("compiled") else network
trained = [weight for weight in network.parameters() if weight.requires_grad]
optimizer = torch.optim.AdamW(trained, 1e-3, weight_decay=0.01)
average = [weight.detach().clone() for weight in trained]
loss = nn.L1Loss()
values = torch.randn(4, BATCH, LOOKBACK)
series = torch.randint(0, 7, (4, BATCH))
targets = torch.randn(4, BATCH, HORIZON)


def step(number: int) -> None:
    place = number % 4
    optimizer.zero_grad(set_to_none=True)
    loss(call(values[place], series[place]), targets[place]).backward()
    nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    with torch.no_grad():
        torch._foreach_lerp_(average, trained, 0.01)


for number in range(10):
    step(number)
started = time.perf_counter()
for number in range(STEPS):
    step(number)
seconds = time.perf_counter() - started
print(json.dumps({"items_per_second": BATCH * STEPS / seconds}))
