"""The same network in native PyTorch: bfloat16 autocast, channels last; eager or compiled."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

BATCH, STEPS = 256, 60


class Stage(nn.Module):
    def __init__(self, channels: int, filters: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, filters, 3, padding=1, bias=False)
        self.second = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(filters), nn.BatchNorm2d(filters)])

    def forward(self, x):
        x = functional.relu(self.norms[0](functional.max_pool2d(self.first(x), 2)))
        return x + functional.relu(self.norms[1](self.second(x)))


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.whiten = nn.Conv2d(3, 32, 3).requires_grad_(False)
        self.stages = nn.Sequential(Stage(32, 64), Stage(64, 128), Stage(128, 256))
        self.head = nn.Linear(256, 10, bias=False)

    def forward(self, x):
        x = self.stages(functional.relu(self.whiten(x)))
        return self.head(x.amax(dim=(2, 3))) / 9


torch.manual_seed(0)
torch.set_num_threads(torch.get_num_threads())
network = Network().to(memory_format=torch.channels_last)
call = torch.compile(network) if sys.argv[1] == "torch_compiled" else network
optimizer = torch.optim.SGD(
    [p for p in network.parameters() if p.requires_grad], 0.1, momentum=0.9, nesterov=True
)
loss = nn.CrossEntropyLoss(label_smoothing=0.2)
images = torch.randn(4, BATCH, 3, 32, 32)
labels = torch.randint(0, 10, (4, BATCH))


def step(number: int) -> None:
    batch = images[number % 4].to(memory_format=torch.channels_last)
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16):
        value = loss(call(batch), labels[number % 4])
    value.backward()
    optimizer.step()


for number in range(8):
    step(number)
started = time.perf_counter()
for number in range(STEPS):
    step(number)
seconds = time.perf_counter() - started
print(json.dumps({"items_per_second": BATCH * STEPS / seconds}))
